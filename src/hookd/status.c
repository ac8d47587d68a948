/* SPDX-License-Identifier: LGPL-3.0-or-later */
#define _GNU_SOURCE
#include "status.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"
#include "status_text.h"

static bool is_socket(const char *path)
{
    struct stat found;

    return !lstat(path, &found) && S_ISSOCK(found.st_mode);
}

/* Linux takes the mode of the file from that of the socket, so no other user can connect before a
 * chmod. Return: 0, or -1 with errno. */
static int socket_listen(int file, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    errno = ENAMETOOLONG;
    if (strlen(path) >= sizeof(address.sun_path))
        return -1;
    memcpy(address.sun_path, path, strlen(path) + 1);
    if (is_socket(path))
        unlink(path);
    if (fchmod(file, 0600) || bind(file, (struct sockaddr *)&address, sizeof(address)))
        return -1;
    return listen(file, STATUS_CLIENTS_MAX);
}

void status_open(struct status *status, const char *path)
{
    memset(status, 0, sizeof(*status));
    int file = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (file >= 0 && !socket_listen(file, path)) {
        status->path = path;
        status->listener = file;
        return;
    }
    log_error("%s: cannot listen: %s", path, strerror(errno));
    if (file >= 0)
        close(file);
}

static void client_drop(struct status *status, unsigned index)
{
    close(status->clients[index].file);
    free(status->clients[index].text);
    status->clients[index] = status->clients[--status->client_count];
}

void status_close(struct status *status)
{
    if (!status->path)
        return;
    while (status->client_count)
        client_drop(status, 0);
    unlink(status->path);
    close(status->listener);
    status->path = NULL;
}

static bool can_accept(const struct status *status)
{
    return status->path && status->client_count < STATUS_CLIENTS_MAX &&
           clock_ms() >= status->pause_ms;
}

unsigned status_files(const struct status *status, struct pollfd files[STATUS_FILES_MAX])
{
    unsigned count = 0;

    for (unsigned i = 0; i < status->client_count; i++)
        files[count++] = (struct pollfd){.fd = status->clients[i].file, .events = POLLOUT};
    if (can_accept(status))
        files[count++] = (struct pollfd){.fd = status->listener, .events = POLLIN};
    return count;
}

/* Send what the client takes now. Return: whether it is finished, well or not. */
static bool client_serve(struct status_client *client)
{
    while (client->sent < client->length) {
        ssize_t sent = send(client->file, client->text + client->sent,
                            client->length - client->sent, MSG_DONTWAIT | MSG_NOSIGNAL);

        if (sent < 0)
            return (errno != EAGAIN && errno != EINTR) || clock_ms() >= client->deadline_ms;
        client->sent += (size_t)sent;
    }
    return true;
}

static void client_accept(struct status *status, const struct domain *domains)
{
    int file = accept4(status->listener, NULL, NULL, SOCK_CLOEXEC);

    if (file < 0) {
        if (errno != EAGAIN)
            status->pause_ms = clock_ms() + STATUS_PAUSE_MS;
        return;
    }
    struct status_client *client = &status->clients[status->client_count];
    *client =
        (struct status_client){.file = file, .deadline_ms = clock_ms() + STATUS_CLIENT_LIMIT_MS};
    client->text = status_text_make(domains, &client->length);
    if (client->text)
        status->client_count++;
    else
        close(file);
}

uint64_t status_step(struct status *status, const struct domain *domains)
{
    uint64_t wake_ms = UINT64_MAX;

    if (!status->path)
        return wake_ms;
    if (can_accept(status))
        client_accept(status, domains);
    for (unsigned i = status->client_count; i-- > 0;)
        if (client_serve(&status->clients[i]))
            client_drop(status, i);
    for (unsigned i = 0; i < status->client_count; i++)
        if (status->clients[i].deadline_ms < wake_ms)
            wake_ms = status->clients[i].deadline_ms;
    return clock_ms() < status->pause_ms && status->pause_ms < wake_ms ? status->pause_ms : wake_ms;
}
