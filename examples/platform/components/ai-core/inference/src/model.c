#include "mobileops_infer.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { HEADER = 24, NAME = 16, LARGEST = 1 << 16 };

static uint32_t read_u32(const unsigned char *bytes) {
  return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static const unsigned char *read_floats(const unsigned char *from, float *to, size_t count) {
  for (size_t i = 0; i < count; i++, from += 4) {
    uint32_t bits = read_u32(from);
    memcpy(&to[i], &bits, sizeof bits);
  }
  return from;
}

static uint32_t crc32(const unsigned char *bytes, size_t length) {
  uint32_t crc = 0xffffffffu;
  for (size_t i = 0; i < length; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (0xedb88320u & (0u - (crc & 1u)));
  }
  return ~crc;
}

static const char *check(const mops_model *m, const unsigned char *bytes, size_t length) {
  if (m->window < 2 || m->window > MOPS_MAX_WINDOW || m->signals < 1 || m->signals > MOPS_MAX_SIGNALS ||
      m->hidden < 1 || m->hidden > MOPS_MAX_HIDDEN || m->states < 2 || m->states > MOPS_MAX_STATES)
    return "its dimensions are out of range";
  size_t features = 2 * (size_t)m->signals;
  size_t names = (size_t)(m->signals + m->states) * NAME;
  size_t numbers = 2 * (size_t)m->signals + (features + 1) * m->hidden + ((size_t)m->hidden + 1) * m->states;
  if (length != HEADER + names + 4 * numbers + 4) return "its length does not fit its dimensions";
  if (crc32(bytes, length - 4) != read_u32(bytes + length - 4)) return "its checksum is wrong: the file is damaged";
  return NULL;
}

static const char *decode(mops_model *m, const unsigned char *bytes, size_t length) {
  if (length < HEADER || memcmp(bytes, "MOPM", 4) != 0) return "it is not a model file";
  if (read_u32(bytes + 4) != 1) return "its format version is not 1";
  m->window = read_u32(bytes + 8);
  m->signals = read_u32(bytes + 12);
  m->hidden = read_u32(bytes + 16);
  m->states = read_u32(bytes + 20);
  const char *problem = check(m, bytes, length);
  if (problem) return problem;

  const unsigned char *at = bytes + HEADER;
  for (unsigned i = 0; i < m->signals; i++, at += NAME) memcpy(m->signal_names[i], at, NAME);
  for (unsigned i = 0; i < m->states; i++, at += NAME) memcpy(m->state_names[i], at, NAME);
  at = read_floats(at, m->maximum, m->signals);
  at = read_floats(at, m->scale, m->signals);
  for (unsigned i = 0; i < 2 * m->signals; i++) at = read_floats(at, m->hidden_weights[i], m->hidden);
  at = read_floats(at, m->hidden_bias, m->hidden);
  for (unsigned i = 0; i < m->hidden; i++) at = read_floats(at, m->state_weights[i], m->states);
  read_floats(at, m->state_bias, m->states);
  return NULL;
}

const char *mops_load(mops_model *model, const char *path) {
  static unsigned char bytes[LARGEST];
  memset(model, 0, sizeof *model);
  FILE *file = fopen(path, "rb");
  if (!file) return "it cannot be opened";
  size_t length = fread(bytes, 1, sizeof bytes, file);
  int failed = ferror(file);
  fclose(file);
  return failed ? "it cannot be read" : decode(model, bytes, length);
}
