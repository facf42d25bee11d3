/*
 * The clock of another day, for the second of two builds: preloaded into every program of a sandbox, it adds SHIFT_SECONDS
 * (given when it is compiled) to the time of day wherever the C library tells it, and takes them off again from moments that
 * a program wants to wait for, which the kernel knows by its own clock. Clocks that count from the start of the machine stay
 * as they are, as do the times of files. Programs that ask the kernel themselves see the time as it is.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#define SHIFT ((time_t)(SHIFT_SECONDS))

/* The next definition of our own caller's name: the C library's. Its newer one, where an old loader would give an older. */
#define NEXT(name) ((__typeof__(&name))next(#name))

static void *next(const char *name) {
  void *found = dlvsym(RTLD_NEXT, name, "GLIBC_2.3.2");
  return found ? found : dlsym(RTLD_NEXT, name);
}

static int is_time_of_day(clockid_t clock) {
  return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI;
}

static time_t real_seconds(void) {
  struct timespec now = {0, 0};
  syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
  return now.tv_sec;
}

/* --- what time it is ------------------------------------------------------------------------------------------------ */

int clock_gettime(clockid_t clock, struct timespec *time) {
  static __typeof__(&clock_gettime) real;
  __typeof__(&clock_gettime) ask = __atomic_load_n(&real, __ATOMIC_RELAXED);
  if (!ask) {
    ask = NEXT(clock_gettime);
    __atomic_store_n(&real, ask, __ATOMIC_RELAXED);
  }
  int result = ask ? ask(clock, time) : (int)syscall(SYS_clock_gettime, clock, time);
  if (result == 0 && is_time_of_day(clock)) time->tv_sec += SHIFT;
  return result;
}

int gettimeofday(struct timeval *restrict asked, void *restrict zone) {
  struct timespec now;
  struct timeval *volatile time = asked; /* declared as never null, and yet it is by some */
  if (zone) {
    ((struct timezone *)zone)->tz_minuteswest = 0;
    ((struct timezone *)zone)->tz_dsttime = 0;
  }
  if (!time) return 0;
  if (clock_gettime(CLOCK_REALTIME, &now) != 0) return -1;
  time->tv_sec = now.tv_sec;
  time->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *where) {
  struct timespec now;
  if (clock_gettime(CLOCK_REALTIME_COARSE, &now) != 0) return (time_t)-1;
  if (where) *where = now.tv_sec;
  return now.tv_sec;
}

int timespec_get(struct timespec *time, int base) {
  return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, time) == 0 ? base : 0;
}

/* --- until when to wait --------------------------------------------------------------------------------------------- */

/*
 * A moment as the kernel's clock has it. Which clock a moment is of is not always told; one of the time of day lies so many
 * years after any that counts from the start of a machine that it tells itself.
 */
static const struct timespec *unshifted(const struct timespec *moment, struct timespec *place) {
  if (!moment || moment->tv_sec < real_seconds() + SHIFT / 2) return moment;
  place->tv_sec = moment->tv_sec - SHIFT;
  place->tv_nsec = moment->tv_nsec;
  return place;
}

#define WAITS(name, parameters, arguments)       \
  int name parameters {                          \
    static __typeof__(&name) real;               \
    struct timespec place;                       \
    if (!real) real = NEXT(name);                \
    return real ? real arguments : ENOSYS;       \
  }

/* Those that tell of a failure by errno. */
#define WAITS_BY_ERRNO(name, parameters, arguments) \
  int name parameters {                             \
    static __typeof__(&name) real;                  \
    struct timespec place;                          \
    if (!real) real = NEXT(name);                   \
    if (real) return real arguments;                \
    errno = ENOSYS;                                 \
    return -1;                                      \
  }

#define UNTIL unshifted(until, &place)
typedef const struct timespec *restrict moment;

WAITS(pthread_cond_timedwait, (pthread_cond_t *restrict c, pthread_mutex_t *restrict m, moment until), (c, m, UNTIL))
WAITS(pthread_mutex_timedlock, (pthread_mutex_t *restrict m, moment until), (m, UNTIL))
WAITS(pthread_rwlock_timedrdlock, (pthread_rwlock_t *restrict l, moment until), (l, UNTIL))
WAITS(pthread_rwlock_timedwrlock, (pthread_rwlock_t *restrict l, moment until), (l, UNTIL))
WAITS(pthread_timedjoin_np, (pthread_t t, void **r, const struct timespec *until), (t, r, UNTIL))
WAITS(cnd_timedwait, (cnd_t *restrict c, mtx_t *restrict m, moment until), (c, m, UNTIL))
WAITS(mtx_timedlock, (mtx_t *restrict m, moment until), (m, UNTIL))
WAITS_BY_ERRNO(sem_timedwait, (sem_t *restrict s, moment until), (s, UNTIL))

#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 30)
WAITS(pthread_cond_clockwait, (pthread_cond_t *restrict c, pthread_mutex_t *restrict m, clockid_t k, moment until),
      (c, m, k, UNTIL))
WAITS(pthread_mutex_clocklock, (pthread_mutex_t *restrict m, clockid_t k, moment until), (m, k, UNTIL))
WAITS(pthread_rwlock_clockrdlock, (pthread_rwlock_t *restrict l, clockid_t k, moment until), (l, k, UNTIL))
WAITS(pthread_rwlock_clockwrlock, (pthread_rwlock_t *restrict l, clockid_t k, moment until), (l, k, UNTIL))
WAITS_BY_ERRNO(sem_clockwait, (sem_t *restrict s, clockid_t k, moment until), (s, k, UNTIL))
#endif

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *until, struct timespec *left) {
  static __typeof__(&clock_nanosleep) real;
  struct timespec place;
  if (!real) real = NEXT(clock_nanosleep);
  if (!real) return ENOSYS;
  return real(clock, flags, flags & TIMER_ABSTIME ? UNTIL : until, left);
}

int timerfd_settime(int fd, int flags, const struct itimerspec *value, struct itimerspec *old) {
  static __typeof__(&timerfd_settime) real;
  struct itimerspec copy;
  if (!real) real = NEXT(timerfd_settime);
  if (!real) return errno = ENOSYS, -1;
  if (!(flags & TFD_TIMER_ABSTIME) || !value) return real(fd, flags, value, old);
  copy = *value;
  copy.it_value = *unshifted(&value->it_value, &copy.it_value);
  return real(fd, flags, &copy, old);
}

int timer_settime(timer_t timer, int flags, const struct itimerspec *restrict value, struct itimerspec *restrict old) {
  static __typeof__(&timer_settime) real;
  struct itimerspec copy;
  if (!real) real = NEXT(timer_settime);
  if (!real) return errno = ENOSYS, -1;
  if (!(flags & TIMER_ABSTIME) || !value) return real(timer, flags, value, old);
  copy = *value;
  copy.it_value = *unshifted(&value->it_value, &copy.it_value);
  return real(timer, flags, &copy, old);
}
