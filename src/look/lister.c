/*
 * Lists every file of some trees with what lstat tells of it: the very lines of GNU find with the arguments in listings.ts, in a
 * third of its time. It asks the system about every file in every run; what it spares is to read folders again whose
 * own times say that no name came or went. Compiled on the user's machine (lister.ts); where that cannot be, find works.
 *
 * lister JOB... where JOB is: KIND FOLDER OUTPUT CLOCK MEMO N WORD*N
 *   KIND    sources, results or machine
 *   FOLDER  where it lists; OUTPUT gets the lines
 *   CLOCK   a file: what changed after its modification time is marked as young
 *   MEMO    a file with the names of an earlier run, replaced when they are no longer right
 *   WORD    of machine: a tree, or with `-` before it a folder that is passed over, with `=` one that is not entered
 *
 * All jobs run at once. For each, in their order, its number and exit code are written when it has ended: 0 for a whole
 * listing, 1 where something could not be read, 2 where nothing of it is to be used.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

enum kind { SOURCES, RESULTS, MACHINE };
enum { PATH_BYTES = 16384, DIRECTORY_BYTES = 32768, OUTPUT_BYTES = 131072, LINE_BYTES = 256, FEW_NAMES = 4 };
static const char YOUNG = 1;

struct bytes {
  char *at;
  size_t length, room;
};

/* What is remembered of a folder: this, then for each name a mark and the name, then the same of each entered folder. */
struct record {
  uint64_t length; /* with all that is below */
  uint64_t device, inode;
  int64_t changed_s, modified_s;
  uint32_t changed_ns, modified_ns;
  uint32_t names;
  uint32_t is_trusted;
};
static const char ENTERED = '/', PLAIN = '.';

/* Where an entry is looked up: `name` in an open folder, so that not every folder needs to be opened. */
struct place {
  int folder;
  size_t skipped; /* bytes of the path that lead to `folder` */
};

struct job {
  enum kind kind;
  struct timespec clock;
  char **words;
  int word_count;
  int output;
  int is_partial;
  int is_memo_right;
  uint64_t trusted_device, distrusted_device;
  size_t path_length, buffered;
  struct bytes memo;
  char path[PATH_BYTES];
  char buffer[OUTPUT_BYTES];
};

static void unusable(void) { _exit(2); }

static void write_all(int file, const char *at, size_t length) {
  while (length > 0) {
    ssize_t count = write(file, at, length);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) unusable();
    at += count;
    length -= (size_t)count;
  }
}

static void flush(struct job *job) {
  write_all(job->output, job->buffer, job->buffered);
  job->buffered = 0;
}

static void put(struct job *job, const char *text, size_t length) {
  if (length > OUTPUT_BYTES) unusable();
  if (job->buffered + length > OUTPUT_BYTES) flush(job);
  memcpy(job->buffer + job->buffered, text, length);
  job->buffered += length;
}

static size_t append(struct bytes *bytes, const void *added, size_t length) {
  size_t start = bytes->length;
  if (start + length > bytes->room) {
    bytes->room = (start + length) * 2;
    bytes->at = realloc(bytes->at, bytes->room);
    if (bytes->at == NULL) unusable();
  }
  if (length > 0) memcpy(bytes->at + start, added, length);
  bytes->length += length;
  return start;
}

/* The lines. */

static char *digits(char *at, uint64_t number, unsigned base, char after) {
  char reversed[24];
  int count = 0;
  do reversed[count++] = (char)('0' + number % base);
  while ((number /= base) > 0);
  while (count > 0) *at++ = reversed[--count];
  *at++ = after;
  return at;
}

static char *moment(char *at, struct statx_timestamp time, char after) {
  uint64_t seconds = (uint64_t)time.tv_sec;
  if (time.tv_sec < 0) {
    *at++ = '-';
    seconds = 0 - seconds;
  }
  at = digits(at, seconds, 10, '.');
  /* find has ten digits. */
  for (uint32_t rest = time.tv_nsec, index = 9; index-- > 0; rest /= 10) at[index] = (char)('0' + rest % 10);
  at[9] = '0';
  at[10] = after;
  return at + 11;
}

static char letter_of(unsigned mode) {
  switch (mode & S_IFMT) {
    case S_IFREG: return 'f';
    case S_IFDIR: return 'd';
    case S_IFLNK: return 'l';
    case S_IFCHR: return 'c';
    case S_IFBLK: return 'b';
    case S_IFIFO: return 'p';
    case S_IFSOCK: return 's';
    default: return 'U';
  }
}

static int is_young(const struct job *job, struct statx_timestamp time) {
  struct timespec clock = job->clock;
  return time.tv_sec > clock.tv_sec || (time.tv_sec == clock.tv_sec && (long)time.tv_nsec > clock.tv_nsec);
}

static void put_if_young(struct job *job, const struct statx *stat) {
  if (is_young(job, stat->stx_ctime) || (job->kind == SOURCES && is_young(job, stat->stx_mtime))) put(job, &YOUNG, 1);
}

/* What changes with any change of a file or of a folder's names. */
static void put_change(struct job *job, const struct statx *stat) {
  char line[LINE_BYTES];
  char *end = moment(digits(line, stat->stx_ino, 10, ' '), stat->stx_ctime, '\n');
  put(job, line, (size_t)(end - line));
}

static void put_target(struct job *job, struct place place) {
  char target[PATH_BYTES];
  ssize_t length = readlinkat(place.folder, job->path + place.skipped, target, sizeof target);
  if (length < 0 || length == (ssize_t)sizeof target) job->is_partial = 1;
  else put(job, target, (size_t)length);
}

/* The path, a zero byte, and all that lstat tells. Of a folder only its mode: its entries are all there. */
static void put_entry(struct job *job, struct place place, const struct statx *stat) {
  char line[LINE_BYTES], *at = line;
  put(job, job->path, job->path_length + 1);
  *at++ = letter_of(stat->stx_mode);
  *at++ = ' ';
  if (!S_ISDIR(stat->stx_mode)) {
    at = digits(at, stat->stx_ino, 10, ' ');
    at = digits(at, stat->stx_size, 10, ' ');
    at = moment(at, stat->stx_mtime, ' ');
    at = moment(at, stat->stx_ctime, ' ');
  }
  at = digits(at, stat->stx_mode & 07777, 8, S_ISDIR(stat->stx_mode) ? '\n' : ' ');
  put(job, line, (size_t)(at - line));
  if (S_ISDIR(stat->stx_mode)) return;
  if (S_ISLNK(stat->stx_mode)) put_target(job, place);
  put(job, "\n", 1);
}

static int has_word(const struct job *job, char mark) {
  for (int index = 0; index < job->word_count; index++) {
    const char *word = job->words[index];
    if (word[0] == mark && strcmp(word + 1, job->path) == 0) return 1;
  }
  return 0;
}

static int is_never_source(const struct job *job, const char *name) {
  return strcmp(name, "node_modules") == 0 || strcmp(name, ".venv") == 0 || strcmp(job->path, "./build-cache") == 0 ||
         strcmp(job->path, "./dist") == 0;
}

/* Writes what is to be said of the entry; whether it is a folder to go into. */
static int say(struct job *job, struct place place, const struct statx *stat) {
  const char *slash = strrchr(job->path, '/'), *name = slash ? slash + 1 : job->path;
  int is_folder = S_ISDIR(stat->stx_mode);
  if (job->kind == MACHINE) {
    if (is_folder && has_word(job, '-')) return 0;
    put_change(job, stat);
    if (is_folder && has_word(job, '=')) return 0;
    put_if_young(job, stat);
    return is_folder;
  }
  if (job->kind == SOURCES && !S_ISREG(stat->stx_mode)) {
    if (strcmp(name, ".git") == 0) {
      put(job, job->path, job->path_length + 1);
      put(job, "pruned\n", 7);
      return 0;
    }
    if (is_never_source(job, name)) return 0;
  }
  put_entry(job, place, stat);
  if (job->kind == SOURCES) put_if_young(job, stat);
  return is_folder;
}

/* The memo of names. */

/* Whether a folder's times tell of every name that comes or goes: so it is on these file systems, by their own account. */
static int keeps_times(struct job *job, uint64_t device) {
  static const long known[] = {0xEF53,     0x58465342, 0x9123683E, 0x01021994, 0x794c7630,
                               0xF2F52010, 0x858458f6, 0x73717368, 0xE0F5E1E2};
  if (device == job->trusted_device) return 1;
  if (device == job->distrusted_device) return 0;
  struct statfs system;
  int is_known = 0;
  if (statfs(job->path, &system) == 0)
    for (size_t index = 0; index < sizeof known / sizeof *known; index++)
      is_known |= (unsigned long)system.f_type == (unsigned long)known[index];
  *(is_known ? &job->trusted_device : &job->distrusted_device) = device;
  return is_known;
}

static uint64_t device_of(const struct statx *stat) {
  return ((uint64_t)stat->stx_dev_major << 32 | stat->stx_dev_minor) + 1;
}

static struct record record_of(struct job *job, const struct statx *stat) {
  struct record record = {.device = device_of(stat), .inode = stat->stx_ino};
  record.changed_s = stat->stx_ctime.tv_sec;
  record.changed_ns = stat->stx_ctime.tv_nsec;
  record.modified_s = stat->stx_mtime.tv_sec;
  record.modified_ns = stat->stx_mtime.tv_nsec;
  int is_old = !is_young(job, stat->stx_ctime) && !is_young(job, stat->stx_mtime);
  record.is_trusted = (uint32_t)(is_old && keeps_times(job, record.device));
  return record;
}

static int is_same_folder(const struct record *a, const struct record *b) {
  return a->device == b->device && a->inode == b->inode && a->changed_s == b->changed_s &&
         a->changed_ns == b->changed_ns && a->modified_s == b->modified_s && a->modified_ns == b->modified_ns;
}

/* The record at the start of what is remembered; NULL where there is none or it does not fit. */
static const char *take_record(struct bytes memo, struct record *record) {
  if (memo.at == NULL || memo.length < sizeof *record) return NULL;
  memcpy(record, memo.at, sizeof *record);
  return record->length >= sizeof *record && record->length <= memo.length ? memo.at + sizeof *record : NULL;
}

/* The name after this one; NULL at the end of the record. */
static const char *next_name(const char *at, const char *end) {
  const char *zero = at < end ? memchr(at, 0, (size_t)(end - at)) : NULL;
  return zero == NULL ? NULL : zero + 1;
}

/* What is remembered of one of the folders below; `below` goes on to the next. */
static struct bytes take_below(const char **below, const char *end) {
  struct record record;
  struct bytes rest = {.at = (char *)*below, .length = (size_t)(end - *below)};
  if (take_record(rest, &record) == NULL) return (struct bytes){0};
  *below += record.length;
  rest.length = record.length;
  return rest;
}

/* The walk. */

/* What is remembered: of the entry itself, or, where its folder was read again, of that folder. */
struct known {
  struct bytes memo;
  int is_of_parent;
};

static int visit(struct job *job, struct place place, struct known known, int flags);

static int visit_name(struct job *job, struct place place, struct known known, const char *name) {
  size_t length = job->path_length, added = strlen(name);
  if (length + added + 2 > PATH_BYTES) unusable();
  job->path[length] = '/';
  memcpy(job->path + length + 1, name, added + 1);
  job->path_length = length + 1 + added;
  int result = visit(job, place, known, AT_SYMLINK_NOFOLLOW);
  job->path[job->path_length = length] = 0;
  return result;
}

/* What is remembered of the folder `name` below a folder whose own names are no longer right. */
static struct bytes recall_below(struct bytes memo, const char *name) {
  struct record record;
  const char *names = take_record(memo, &record), *end = names == NULL ? NULL : memo.at + record.length;
  const char *below = names;
  for (uint32_t index = 0; below != NULL && index < record.names; index++) below = next_name(below, end);
  const char *at = names;
  for (uint32_t index = 0; below != NULL && index < record.names; index++, at = next_name(at, end)) {
    if (*at != ENTERED) continue;
    struct bytes found = take_below(&below, end);
    if (strcmp(at + 1, name) == 0) return found;
  }
  return (struct bytes){0};
}

/* The names as they are, and after them what is below: the new memo of the folder. */
static void read_names(struct job *job, struct place place, struct bytes memo, struct record record) {
  struct bytes names = {0}, outer = job->memo;
  job->memo = (struct bytes){0};
  job->is_memo_right = 0;
  char *entries = malloc(DIRECTORY_BYTES);
  if (entries == NULL) unusable();
  long count;
  while ((count = syscall(SYS_getdents64, place.folder, entries, DIRECTORY_BYTES)) > 0) {
    for (long at = 0; at < count;) {
      struct dirent64 *entry = (struct dirent64 *)(entries + at);
      const char *name = entry->d_name;
      at += entry->d_reclen;
      if (name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0))) continue;
      int is_entered = visit_name(job, place, (struct known){memo, 1}, name);
      append(&names, is_entered ? &ENTERED : &PLAIN, 1);
      append(&names, name, strlen(name) + 1);
      record.names++;
    }
  }
  if (count < 0) job->is_partial = 1, record.is_trusted = 0;
  free(entries);
  struct bytes below = job->memo;
  job->memo = outer;
  record.length = sizeof record + names.length + below.length;
  append(&job->memo, &record, sizeof record);
  append(&job->memo, names.at, names.length);
  append(&job->memo, below.at, below.length);
  free(names.at);
  free(below.at);
}

/* As `read_names`, with the names that are remembered. */
static void repeat_names(struct job *job, struct place place, struct bytes memo) {
  struct record record;
  const char *names = take_record(memo, &record), *end = memo.at + record.length, *below = names;
  for (uint32_t index = 0; below != NULL && index < record.names; index++) below = next_name(below, end);
  if (below == NULL) unusable();
  size_t start = append(&job->memo, &record, sizeof record);
  append(&job->memo, names, (size_t)(below - names));
  const char *at = names;
  for (uint32_t index = 0; index < record.names; index++, at = next_name(at, end)) {
    int was_entered = *at == ENTERED;
    struct known known = {was_entered ? take_below(&below, end) : (struct bytes){0}, 0};
    /* A name that is another kind of thing without a change of its folder: the memo is of another world. */
    if (visit_name(job, place, known, at + 1) != was_entered) unusable();
  }
  record.length = job->memo.length - start;
  memcpy(job->memo.at + start, &record, sizeof record);
}

static void enter(struct job *job, struct place place, struct bytes memo, const struct statx *stat, int flags) {
  struct record now = record_of(job, stat), before;
  const char *names = take_record(memo, &before);
  int is_known = names != NULL && before.is_trusted && now.is_trusted && is_same_folder(&before, &now);
  if (is_known && before.names <= FEW_NAMES) {
    repeat_names(job, place, memo);
    return;
  }
  int how = O_DIRECTORY | O_CLOEXEC | (is_known ? O_PATH : O_RDONLY | O_NONBLOCK);
  int opened = openat(place.folder, job->path + place.skipped, how | (flags & AT_SYMLINK_NOFOLLOW ? O_NOFOLLOW : 0));
  if (opened < 0) {
    job->is_partial = 1;
    now.is_trusted = 0;
    now.length = sizeof now;
    append(&job->memo, &now, sizeof now);
    return;
  }
  struct place inside = {opened, job->path_length + 1};
  if (is_known) repeat_names(job, inside, memo);
  else read_names(job, inside, memo, now);
  close(opened);
}

/* Whether it is a folder that was entered. */
static int visit(struct job *job, struct place place, struct known known, int flags) {
  unsigned wanted = STATX_TYPE | STATX_MODE | STATX_INO | STATX_SIZE | STATX_MTIME | STATX_CTIME;
  struct statx stat;
  if (statx(place.folder, job->path + place.skipped, flags, wanted, &stat) != 0) {
    job->is_partial = 1;
    return 0;
  }
  if (!say(job, place, &stat)) return 0;
  struct bytes memo = known.memo;
  if (known.is_of_parent) memo = recall_below(memo, strrchr(job->path, '/') + 1);
  enter(job, place, memo, &stat, flags);
  return 1;
}

/* A memo file: a checksum of the rest and of the words that it was made with, and a record for each tree that was entered. */

static uint64_t checksum(const char *at, size_t length) {
  uint64_t sum = 1469598103934665603ULL ^ length, word = 0;
  for (; length >= sizeof word; at += sizeof word, length -= sizeof word) {
    memcpy(&word, at, sizeof word);
    sum = (sum ^ word) * 0x9E3779B97F4A7C15ULL;
    sum ^= sum >> 29;
  }
  word = 0;
  memcpy(&word, at, length);
  sum = (sum ^ word) * 0x9E3779B97F4A7C15ULL;
  return sum ^ sum >> 32;
}

static uint64_t checksum_of(const struct job *job, struct bytes memo) {
  uint64_t sum = checksum(memo.at, memo.length);
  for (int index = 0; index < job->word_count; index++)
    sum = sum * 31 + checksum(job->words[index], strlen(job->words[index]));
  return sum;
}

static struct bytes read_memo(const struct job *job, const char *path) {
  struct bytes memo = {0};
  struct stat stat;
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  uint64_t sum;
  if (file < 0) return memo;
  if (fstat(file, &stat) == 0 && S_ISREG(stat.st_mode) && stat.st_size > (off_t)sizeof sum) {
    size_t length = (size_t)stat.st_size;
    char *text = malloc(length);
    if (text != NULL && read(file, text, length) == (ssize_t)length) {
      memcpy(&sum, text, sizeof sum);
      memo.at = text + sizeof sum;
      memo.length = length - sizeof sum;
      if (sum != checksum_of(job, memo)) memo = (struct bytes){0};
    }
  }
  close(file);
  return memo;
}

static void write_memo(const struct job *job, const char *path) {
  char temporary[PATH_BYTES];
  if (snprintf(temporary, sizeof temporary, "%s.%d.tmp", path, getpid()) >= PATH_BYTES) return;
  int file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return;
  uint64_t sum = checksum_of(job, job->memo);
  int is_written = write(file, &sum, sizeof sum) == (ssize_t)sizeof sum &&
                   write(file, job->memo.at, job->memo.length) == (ssize_t)job->memo.length;
  if (close(file) != 0 || !is_written || rename(temporary, path) != 0) unlink(temporary);
}

static void start_at(struct job *job, const char **known, const char *end, const char *root) {
  job->path_length = strlen(root);
  if (job->path_length >= PATH_BYTES) unusable();
  memcpy(job->path, root, job->path_length + 1);
  /* Trees are told apart by their order, so one that is no folder has a record too. */
  struct bytes memo = *known == NULL ? (struct bytes){0} : take_below(known, end);
  struct record none = {.length = sizeof none};
  int flags = job->kind == RESULTS ? 0 : AT_SYMLINK_NOFOLLOW;
  if (!visit(job, (struct place){AT_FDCWD, 0}, (struct known){memo, 0}, flags)) append(&job->memo, &none, sizeof none);
}

/* In a process of its own. */
static void run(struct job *job, char **fixed) {
  struct stat stat;
  if (lstat(fixed[3], &stat) != 0 || chdir(fixed[1]) != 0) unusable();
  job->clock = stat.st_mtim;
  job->output = open(fixed[2], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (job->output < 0) unusable();
  struct bytes memo = read_memo(job, fixed[4]);
  const char *known = memo.at, *end = memo.at + memo.length;
  job->is_memo_right = 1;
  if (job->kind == SOURCES) start_at(job, &known, end, ".");
  else if (job->kind == RESULTS) start_at(job, &known, end, "dist");
  else
    for (int index = 0; index < job->word_count; index++)
      if (job->words[index][0] == '/') start_at(job, &known, end, job->words[index]);
  flush(job);
  if (!job->is_memo_right) write_memo(job, fixed[4]);
  _exit(job->is_partial);
}

static int kind_of(const char *name) {
  if (strcmp(name, "sources") == 0) return SOURCES;
  if (strcmp(name, "results") == 0) return RESULTS;
  return strcmp(name, "machine") == 0 ? MACHINE : -1;
}

enum { FIXED_WORDS = 6, MAX_JOBS = 16 };

int main(int count, char **words) {
  pid_t children[MAX_JOBS];
  int jobs = 0;
  umask(077);
  for (int at = 1; at < count; jobs++) {
    int kind = count - at < FIXED_WORDS || jobs == MAX_JOBS ? -1 : kind_of(words[at]);
    int own = kind < 0 ? -1 : atoi(words[at + FIXED_WORDS - 1]);
    if (own < 0 || own > count - at - FIXED_WORDS) return 2;
    children[jobs] = fork();
    if (children[jobs] < 0) return 2;
    if (children[jobs] == 0) {
      static struct job job;
      job.kind = (enum kind)kind;
      job.words = words + at + FIXED_WORDS;
      job.word_count = own;
      run(&job, words + at);
    }
    at += FIXED_WORDS + own;
  }
  for (int index = 0; index < jobs; index++) {
    int status = 0;
    while (waitpid(children[index], &status, 0) < 0 && errno == EINTR) continue;
    printf("%d %d\n", index, WIFEXITED(status) ? WEXITSTATUS(status) : 2);
    fflush(stdout);
  }
  return 0;
}
