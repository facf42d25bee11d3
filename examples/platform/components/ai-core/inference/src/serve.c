/* A small HTTP server: one connection at a time, each bounded in bytes and in time. It is meant to
 * stand behind the platform's own server, not on the open internet. */
#define _DEFAULT_SOURCE
#include "report.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { REQUEST = 64 * 1024, ANSWER = 2048, PATIENCE_SECONDS = 3 };

static volatile sig_atomic_t stopping;

static void stop(int signal_number) {
  (void)signal_number;
  stopping = 1;
}

static void answer(int client, const char *status, const char *body) {
  char head[256];
  int length = snprintf(head, sizeof head,
                        "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
                        "Cache-Control: no-store\r\nConnection: close\r\n\r\n",
                        status, strlen(body));
  if (send(client, head, (size_t)length, MSG_NOSIGNAL) < 0) return;
  (void)!send(client, body, strlen(body), MSG_NOSIGNAL);
}

static void predict(int client, const mops_model *model, char *body) {
  mops_feed feed = {.model = model};
  for (char *rest = body, *line; (line = strsep(&rest, "\n"));) {
    if (mops_feed_line(&feed, line) < 0) {
      answer(client, "400 Bad Request", "{\"error\":\"a line is not a sample\"}\n");
      return;
    }
  }
  char text[ANSWER];
  if (!mops_feed_ready(&feed)) {
    snprintf(text, sizeof text, "{\"error\":\"%u samples are needed\"}\n", model->window);
    answer(client, "400 Bad Request", text);
    return;
  }
  mops_feed_json(&feed, text, sizeof text);
  answer(client, "200 OK", text);
}

static void describe(int client, const mops_model *model) {
  char text[ANSWER];
  size_t used = (size_t)snprintf(text, sizeof text, "{\"window\":%u,\"signals\":[", model->window);
  for (unsigned i = 0; i < model->signals; i++)
    used += (size_t)snprintf(text + used, sizeof text - used, "%s\"%s\"", i ? "," : "", model->signal_names[i]);
  used += (size_t)snprintf(text + used, sizeof text - used, "],\"states\":[");
  for (unsigned i = 0; i < model->states; i++)
    used += (size_t)snprintf(text + used, sizeof text - used, "%s\"%s\"", i ? "," : "", model->state_names[i]);
  snprintf(text + used, sizeof text - used, "]}\n");
  answer(client, "200 OK", text);
}

static long content_length(const char *head) {
  for (const char *line = head; (line = strstr(line, "\r\n"));) {
    line += 2;
    if (strncasecmp(line, "content-length:", 15) == 0) return strtol(line + 15, NULL, 10);
  }
  return 0;
}

/* Reads a whole request. Returns its body, or NULL when it is not one or takes too long. */
static char *receive(int client, char *request) {
  size_t used = 0;
  time_t until = time(NULL) + PATIENCE_SECONDS;
  while (used < REQUEST - 1 && time(NULL) <= until) {
    ssize_t got = recv(client, request + used, REQUEST - 1 - used, 0);
    if (got <= 0) return NULL;
    used += (size_t)got;
    request[used] = '\0';
    char *end = strstr(request, "\r\n\r\n");
    if (!end) continue;
    end[2] = '\0';
    long length = content_length(request);
    end[2] = '\r';
    if (length < 0 || length >= REQUEST) return NULL;
    if (used >= (size_t)(end + 4 - request) + (size_t)length) {
      end[3] = '\0';
      return end + 4;
    }
  }
  return NULL;
}

static void handle(int client, const mops_model *model) {
  static char request[REQUEST];
  struct timeval patience = {.tv_sec = PATIENCE_SECONDS};
  setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  char *body = receive(client, request);
  if (!body) answer(client, "400 Bad Request", "{\"error\":\"not a request\"}\n");
  else if (strncmp(request, "GET /health ", 12) == 0) answer(client, "200 OK", "{\"status\":\"ok\"}\n");
  else if (strncmp(request, "GET /model ", 11) == 0) describe(client, model);
  else if (strncmp(request, "POST /predict ", 14) == 0) predict(client, model, body);
  else answer(client, "404 Not Found", "{\"error\":\"not found\"}\n");
}

static struct sockaddr_in address_of(const char *port, unsigned long host) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port))};
  address.sin_addr.s_addr = htonl((in_addr_t)host);
  return address;
}

static int listen_on(struct sockaddr_in address) {
  int yes = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
  if (listener < 0) return -1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 16) == 0) return listener;
  close(listener);
  return -1;
}

int mops_serve(const mops_model *model, const char *port, int everywhere) {
  int listener = listen_on(address_of(port, everywhere ? INADDR_ANY : INADDR_LOOPBACK));
  if (listener < 0) {
    fprintf(stderr, "mobileops-infer: cannot listen on port %s\n", port);
    return 1;
  }
  struct sigaction action = {.sa_handler = stop};
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  struct sockaddr_in bound;
  socklen_t size = sizeof bound;
  getsockname(listener, (struct sockaddr *)&bound, &size);
  printf("listening on port %u\n", (unsigned)ntohs(bound.sin_port));
  fflush(stdout);
  while (!stopping) {
    int client = accept(listener, NULL, NULL);
    if (client < 0) continue;
    handle(client, model);
    close(client);
  }
  close(listener);
  return 0;
}

int mops_probe(const char *port) {
  struct sockaddr_in address = address_of(port, INADDR_LOOPBACK);
  struct timeval patience = {.tv_sec = PATIENCE_SECONDS};
  const char *request = "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  char text[16] = {0};
  int server = socket(AF_INET, SOCK_STREAM, 0);
  if (server < 0) return 1;
  setsockopt(server, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  int healthy = connect(server, (struct sockaddr *)&address, sizeof address) == 0 &&
                send(server, request, strlen(request), MSG_NOSIGNAL) > 0 &&
                recv(server, text, sizeof text - 1, MSG_WAITALL) > 0 && strncmp(text, "HTTP/1.1 200", 12) == 0;
  close(server);
  return healthy ? 0 : 1;
}
