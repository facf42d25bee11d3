#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 4096, DONE = 0, FAILED = 1, MISUSED = 2 };

static const char usage[] =
    "usage: mobileops-infer predict MODEL [FILE]     samples as CSV (stdin without FILE), one JSON line a full window\n"
    "       mobileops-infer describe MODEL           what the model reads and answers\n"
    "       mobileops-infer serve MODEL PORT [all]   HTTP on 127.0.0.1 (or all addresses); port 0 picks a free one\n"
    "       mobileops-infer health PORT              exit code 0 when a server on that port answers GET /health\n";

static int predict(const mops_model *model, FILE *input) {
  mops_feed feed = {.model = model};
  char line[LINE], answer[LINE];
  unsigned long number = 0, answers = 0;
  while (fgets(line, sizeof line, input)) {
    number++;
    int kind = mops_feed_line(&feed, line);
    if (kind < 0) {
      fprintf(stderr, "mobileops-infer: line %lu is not %u numbers with commas between\n", number, model->signals);
      return FAILED;
    }
    if (kind == 0 || !mops_feed_ready(&feed)) continue;
    mops_feed_json(&feed, answer, sizeof answer);
    fputs(answer, stdout);
    answers++;
  }
  if (answers > 0) return DONE;
  fprintf(stderr, "mobileops-infer: %u samples are needed, %u came\n", model->window, feed.count);
  return FAILED;
}

static int describe(const mops_model *model) {
  printf("window: %u samples\n", model->window);
  for (unsigned i = 0; i < model->signals; i++)
    printf("signal: %s, 0 to %g\n", model->signal_names[i], (double)model->maximum[i]);
  for (unsigned i = 0; i < model->states; i++) printf("state: %s\n", model->state_names[i]);
  return DONE;
}

static int predict_from(const mops_model *model, const char *path) {
  FILE *input = path && strcmp(path, "-") != 0 ? fopen(path, "r") : stdin;
  if (!input) {
    perror(path);
    return FAILED;
  }
  int code = predict(model, input);
  if (input != stdin) fclose(input);
  return code;
}

static int is_port(const char *text) {
  char *end;
  long port = strtol(text, &end, 10);
  return end != text && *end == '\0' && port >= 0 && port <= 65535;
}

int main(int argc, char **argv) {
  const char *verb = argc > 1 ? argv[1] : "";
  int is_predict = strcmp(verb, "predict") == 0 && (argc == 3 || argc == 4);
  int is_describe = strcmp(verb, "describe") == 0 && argc == 3;
  int is_serve = strcmp(verb, "serve") == 0 && (argc == 4 || (argc == 5 && strcmp(argv[4], "all") == 0)) && is_port(argv[3]);
  if (strcmp(verb, "health") == 0 && argc == 3 && is_port(argv[2])) return mops_probe(argv[2]);
  if (!is_predict && !is_describe && !is_serve) {
    fputs(usage, strcmp(verb, "--help") == 0 ? stdout : stderr);
    return strcmp(verb, "--help") == 0 ? DONE : MISUSED;
  }

  static mops_model model;
  const char *problem = mops_load(&model, argv[2]);
  if (problem) {
    fprintf(stderr, "mobileops-infer: %s: %s\n", argv[2], problem);
    return FAILED;
  }
  if (is_describe) return describe(&model);
  if (is_serve) return mops_serve(&model, argv[3], argc == 5);
  return predict_from(&model, argc == 4 ? argv[3] : NULL);
}
