/* Makes the N-th file operation of a program fail, for tools/crash.py --faults.
 *
 *   cc -shared -fPIC -O1 -o shim.so shim.c -ldl
 *   LD_PRELOAD=shim.so FAULT_DIR=/data FAULT_AT=17 FAULT_MODE=once FAULT_ERRNO=5 program …
 *
 * FAULT_DIR     only operations on paths below one of these (separated by `:`) count
 * FAULT_AT      which one, from 1; 0 only counts
 * FAULT_MODE    once    that operation fails with FAULT_ERRNO
 *               sticky  that one and all that would write after it
 *               short   a write is done by half, the rest of it fails
 *               kill    the process is killed just before it
 *               after   the process is killed just after it
 *               power   the process is killed just before it, and what it wrote and did not sync is
 *                       undone, as a power cut may do. Names (new files, renames) stay.
 * FAULT_ERRNO   5 (EIO, the default) or 28 (ENOSPC)
 * FAULT_READS   1: reads count too
 * FAULT_LIE     1: a sync does not count as one, as with a disk that lies; what `power` then undoes
 *               must be noticed
 * FAULT_REPORT  a file outside of FAULT_DIR: what fired, and at exit how many operations there were
 *
 * What changes files is intercepted where a program calls the C library: Rust's standard library
 * and SQLite do. Writes through a memory map (SQLite's -shm file) and raw system calls are not.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum mode { ONCE, STICKY, SHORT, KILL, AFTER, POWER };

/* What to do with an operation. */
enum fate { PASS, FAIL, HALF, DIE_AFTER };

static atomic_long count;
static atomic_int fired;
static long target;
static enum mode mode;
static int error_number = EIO;
static int reads;
static int lies;
static const char *dirs;
static const char *report;
static pid_t owner;

static void say(const char *what, const char *path) {
    if (report == NULL) {
        return;
    }
    char line[PATH_MAX + 128];
    int length = snprintf(line, sizeof line, "%s %ld %s\n", what, (long)count, path);
    int fd = (int)syscall(SYS_openat, AT_FDCWD, report, O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (fd >= 0) {
        if (length > (int)sizeof line) {
            length = (int)sizeof line;
        }
        (void)!syscall(SYS_write, fd, line, (size_t)length);
        syscall(SYS_close, fd);
    }
}

__attribute__((constructor)) static void begin(void) {
    const char *text = getenv("FAULT_AT");
    target = text ? atol(text) : 0;
    text = getenv("FAULT_MODE");
    if (text != NULL) {
        mode = strcmp(text, "sticky") == 0  ? STICKY
               : strcmp(text, "short") == 0 ? SHORT
               : strcmp(text, "kill") == 0  ? KILL
               : strcmp(text, "after") == 0 ? AFTER
               : strcmp(text, "power") == 0 ? POWER
                                            : ONCE;
    }
    text = getenv("FAULT_ERRNO");
    if (text != NULL) {
        error_number = atoi(text);
    }
    text = getenv("FAULT_READS");
    reads = text != NULL && strcmp(text, "1") == 0;
    text = getenv("FAULT_LIE");
    lies = text != NULL && strcmp(text, "1") == 0;
    dirs = getenv("FAULT_DIR");
    report = getenv("FAULT_REPORT");
    owner = getpid();
}

__attribute__((destructor)) static void end(void) {
    if (getpid() == owner) {
        say("total", "");
    }
}

static int below(const char *path) {
    const char *dir = dirs;
    while (dir != NULL && *dir != '\0') {
        size_t length = strcspn(dir, ":");
        if (length > 0 && strncmp(path, dir, length) == 0 &&
            (path[length] == '/' || path[length] == '\0')) {
            return 1;
        }
        dir += length;
        dir += *dir == ':';
    }
    return 0;
}

/* The absolute path of `path` relative to the directory `fd`, as far as a prefix needs it. */
static const char *resolve(int fd, const char *path, char *buffer, size_t size) {
    if (path == NULL) {
        return "";
    }
    if (path[0] == '/') {
        return path;
    }
    char base[PATH_MAX];
    char link[64];
    ssize_t length;
    if (fd == AT_FDCWD) {
        length = readlink("/proc/self/cwd", base, sizeof base - 1);
    } else {
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        length = readlink(link, base, sizeof base - 1);
    }
    if (length < 0) {
        return path;
    }
    base[length] = '\0';
    snprintf(buffer, size, "%s/%s", base, path);
    return buffer;
}

/* What a write that is not synced yet replaced; the newest first. */
struct undo {
    struct undo *next;
    char *path;
    dev_t device;
    ino_t inode;
    off_t size;
    off_t at;
    size_t length;
    unsigned char old[];
};

static struct undo *undos;
static pthread_mutex_t undo_lock = PTHREAD_MUTEX_INITIALIZER;

static int tracks(const char *path) {
    return mode == POWER && getpid() == owner && below(path);
}

/* Keeps `length` bytes from `at` on, as far as the file has them, and its size. */
static void keep(int fd, off_t at, size_t length) {
    char link[64];
    char path[PATH_MAX];
    struct stat found;
    if (mode != POWER) {
        return;
    }
    int saved = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t end = readlink(link, path, sizeof path - 1);
    if (end > 0) {
        path[end] = '\0';
        if (tracks(path) && fstat(fd, &found) == 0 && S_ISREG(found.st_mode)) {
            if (at < 0) { /* where the next write goes */
                int flags = fcntl(fd, F_GETFL);
                at = (flags & O_APPEND) != 0 ? found.st_size : lseek(fd, 0, SEEK_CUR);
            }
            if (at >= found.st_size) {
                length = 0;
            } else if ((off_t)length > found.st_size - at) {
                length = (size_t)(found.st_size - at);
            }
            struct undo *undo = malloc(sizeof *undo + length);
            if (undo == NULL || (undo->path = strdup(path)) == NULL) {
                abort();
            }
            undo->device = found.st_dev;
            undo->inode = found.st_ino;
            undo->size = found.st_size;
            undo->at = at;
            undo->length = length;
            if (length > 0) {
                /* The descriptor may be for writing only. */
                int other = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
                if (other >= 0) {
                    if (syscall(SYS_pread64, other, undo->old, length, at) != (long)length) {
                        undo->length = 0;
                    }
                    /* Not closed: that would give up this process's record locks on the file. */
                }
            }
            pthread_mutex_lock(&undo_lock);
            undo->next = undos;
            undos = undo;
            pthread_mutex_unlock(&undo_lock);
        }
    }
    errno = saved;
}

static void synced(int fd) {
    struct stat found;
    int saved = errno;
    if (mode == POWER && !lies && fstat(fd, &found) == 0) {
        pthread_mutex_lock(&undo_lock);
        for (struct undo **place = &undos; *place != NULL;) {
            struct undo *undo = *place;
            if (undo->device == found.st_dev && undo->inode == found.st_ino) {
                *place = undo->next;
                free(undo->path);
                free(undo);
            } else {
                place = &undo->next;
            }
        }
        pthread_mutex_unlock(&undo_lock);
    }
    errno = saved;
}

static void renamed(int from_fd, const char *from, int to_fd, const char *to) {
    char from_buffer[2 * PATH_MAX];
    char to_buffer[2 * PATH_MAX];
    if (mode != POWER) {
        return;
    }
    int saved = errno;
    from = resolve(from_fd, from, from_buffer, sizeof from_buffer);
    to = resolve(to_fd, to, to_buffer, sizeof to_buffer);
    pthread_mutex_lock(&undo_lock);
    for (struct undo *undo = undos; undo != NULL; undo = undo->next) {
        if (strcmp(undo->path, from) == 0) {
            char *path = strdup(to);
            if (path != NULL) {
                free(undo->path);
                undo->path = path;
            }
        }
    }
    pthread_mutex_unlock(&undo_lock);
    errno = saved;
}

/* Never unlocks: no other thread may write any more. */
static void cut_power(void) {
    pthread_mutex_lock(&undo_lock);
    for (struct undo *undo = undos; undo != NULL; undo = undo->next) {
        struct stat found;
        int fd = (int)syscall(SYS_openat, AT_FDCWD, undo->path, O_WRONLY | O_CLOEXEC);
        if (fd < 0 || fstat(fd, &found) != 0 || found.st_ino != undo->inode) {
            continue;
        }
        syscall(SYS_pwrite64, fd, undo->old, undo->length, undo->at);
        syscall(SYS_ftruncate, fd, undo->size);
        say("undone", undo->path);
    }
}

static enum fate judge(const char *name, const char *path, int writes) {
    if (dirs == NULL || getpid() != owner || !below(path)) {
        return PASS;
    }
    long number = atomic_fetch_add(&count, 1) + 1;
    if (target <= 0) {
        return PASS;
    }
    if (number != target) {
        return mode == STICKY && number > target && writes ? FAIL : PASS;
    }
    atomic_store(&fired, 1);
    char what[64];
    snprintf(what, sizeof what, "fired %s", name);
    say(what, path);
    switch (mode) {
    case POWER:
        cut_power();
        /* fall through */
    case KILL:
        kill(getpid(), SIGKILL);
        pause();
        return FAIL;
    case AFTER:
        return DIE_AFTER;
    case SHORT:
        return HALF;
    default:
        return FAIL;
    }
}

static enum fate judge_fd(const char *name, int fd, int writes) {
    char link[64];
    char path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int saved = errno;
    ssize_t length = readlink(link, path, sizeof path - 1);
    errno = saved;
    if (length <= 0) {
        return PASS;
    }
    path[length] = '\0';
    return judge(name, path, writes);
}

static enum fate judge_at(const char *name, int fd, const char *path) {
    char buffer[2 * PATH_MAX];
    return judge(name, resolve(fd, path, buffer, sizeof buffer), 1);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* Calls the real function as the fate says; `fate` is evaluated once. */
#define DO(type, fate_of, call)                                                                    \
    enum fate fate = (fate_of);                                                                    \
    if (fate == FAIL || fate == HALF) {                                                            \
        errno = error_number;                                                                      \
        return -1;                                                                                 \
    }                                                                                              \
    type result = (call);                                                                          \
    if (fate == DIE_AFTER) {                                                                       \
        kill(getpid(), SIGKILL);                                                                   \
        pause();                                                                                   \
    }                                                                                              \
    return result

static int writes(int flags) {
    return (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0;
}

#define OPEN_MODE(flags)                                                                           \
    mode_t bits = 0;                                                                               \
    if ((flags) & (O_CREAT | O_TMPFILE)) {                                                         \
        va_list rest;                                                                              \
        va_start(rest, flags);                                                                     \
        bits = va_arg(rest, mode_t);                                                               \
        va_end(rest);                                                                              \
    }

int open(const char *path, int flags, ...) {
    OPEN_MODE(flags)
    DO(int, writes(flags) ? judge_at("open", AT_FDCWD, path) : PASS, REAL(open)(path, flags, bits));
}

int open64(const char *path, int flags, ...) {
    OPEN_MODE(flags)
    DO(int, writes(flags) ? judge_at("open", AT_FDCWD, path) : PASS,
       REAL(open64)(path, flags, bits));
}

int openat(int fd, const char *path, int flags, ...) {
    OPEN_MODE(flags)
    DO(int, writes(flags) ? judge_at("open", fd, path) : PASS, REAL(openat)(fd, path, flags, bits));
}

int openat64(int fd, const char *path, int flags, ...) {
    OPEN_MODE(flags)
    DO(int, writes(flags) ? judge_at("open", fd, path) : PASS,
       REAL(openat64)(fd, path, flags, bits));
}

/* A write that is done by half: what follows it fails, as on a full disk. */
#define WRITE(name, place, half, whole)                                                            \
    enum fate fate = judge_fd(name, fd, 1);                                                        \
    keep(fd, place, size);                                                                         \
    if (fate == HALF && size > 1) {                                                                \
        mode = ONCE;                                                                               \
        target = atomic_load(&count) + 1;                                                          \
        return half;                                                                               \
    }                                                                                              \
    if (fate == FAIL || fate == HALF) {                                                            \
        errno = error_number;                                                                      \
        return -1;                                                                                 \
    }                                                                                              \
    ssize_t result = whole;                                                                        \
    if (fate == DIE_AFTER) {                                                                       \
        kill(getpid(), SIGKILL);                                                                   \
        pause();                                                                                   \
    }                                                                                              \
    return result

ssize_t write(int fd, const void *data, size_t size) {
    WRITE("write", -1, REAL(write)(fd, data, size / 2), REAL(write)(fd, data, size));
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    WRITE("pwrite", at, REAL(pwrite)(fd, data, size / 2, at), REAL(pwrite)(fd, data, size, at));
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    WRITE("pwrite", at, REAL(pwrite64)(fd, data, size / 2, at), REAL(pwrite64)(fd, data, size, at));
}

ssize_t writev(int fd, const struct iovec *parts, int number) {
    size_t size = 0;
    for (int part = 0; part < number; part++) {
        size += parts[part].iov_len;
    }
    WRITE("writev", -1, REAL(writev)(fd, parts, number / 2), REAL(writev)(fd, parts, number));
}

ssize_t read(int fd, void *data, size_t size) {
    DO(ssize_t, reads ? judge_fd("read", fd, 0) : PASS, REAL(read)(fd, data, size));
}

ssize_t pread(int fd, void *data, size_t size, off_t at) {
    DO(ssize_t, reads ? judge_fd("pread", fd, 0) : PASS, REAL(pread)(fd, data, size, at));
}

ssize_t pread64(int fd, void *data, size_t size, off64_t at) {
    DO(ssize_t, reads ? judge_fd("pread", fd, 0) : PASS, REAL(pread64)(fd, data, size, at));
}

static int sync_with(int (*real)(int), int fd) {
    int result = real(fd);
    if (result == 0) {
        synced(fd);
    }
    return result;
}

int fsync(int fd) { DO(int, judge_fd("fsync", fd, 1), sync_with(REAL(fsync), fd)); }

int fdatasync(int fd) { DO(int, judge_fd("fdatasync", fd, 1), sync_with(REAL(fdatasync), fd)); }

/* All that a shorter size cuts off. */
static void keep_tail(int fd, off_t size) {
    struct stat found;
    if (mode == POWER && fstat(fd, &found) == 0) {
        keep(fd, size, found.st_size > size ? (size_t)(found.st_size - size) : 0);
    }
}

int ftruncate(int fd, off_t size) {
    DO(int, judge_fd("ftruncate", fd, 1), (keep_tail(fd, size), REAL(ftruncate)(fd, size)));
}

int ftruncate64(int fd, off64_t size) {
    DO(int, judge_fd("ftruncate", fd, 1), (keep_tail(fd, size), REAL(ftruncate64)(fd, size)));
}

int fallocate(int fd, int how, off_t at, off_t size) {
    DO(int, judge_fd("fallocate", fd, 1), REAL(fallocate)(fd, how, at, size));
}

int fallocate64(int fd, int how, off64_t at, off64_t size) {
    DO(int, judge_fd("fallocate", fd, 1), REAL(fallocate64)(fd, how, at, size));
}

int rename(const char *from, const char *to) {
    DO(int, judge_at("rename", AT_FDCWD, to), (renamed(AT_FDCWD, from, AT_FDCWD, to), REAL(rename)(from, to)));
}

int renameat(int from_fd, const char *from, int to_fd, const char *to) {
    DO(int, judge_at("rename", to_fd, to), (renamed(from_fd, from, to_fd, to), REAL(renameat)(from_fd, from, to_fd, to)));
}

int renameat2(int from_fd, const char *from, int to_fd, const char *to, unsigned flags) {
    DO(int, judge_at("rename", to_fd, to),
       (renamed(from_fd, from, to_fd, to), REAL(renameat2)(from_fd, from, to_fd, to, flags)));
}

int link(const char *from, const char *to) {
    DO(int, judge_at("link", AT_FDCWD, to), REAL(link)(from, to));
}

int linkat(int from_fd, const char *from, int to_fd, const char *to, int flags) {
    DO(int, judge_at("link", to_fd, to), REAL(linkat)(from_fd, from, to_fd, to, flags));
}

int unlink(const char *path) { DO(int, judge_at("unlink", AT_FDCWD, path), REAL(unlink)(path)); }

int unlinkat(int fd, const char *path, int flags) {
    DO(int, judge_at("unlink", fd, path), REAL(unlinkat)(fd, path, flags));
}

int rmdir(const char *path) { DO(int, judge_at("rmdir", AT_FDCWD, path), REAL(rmdir)(path)); }

int mkdir(const char *path, mode_t bits) {
    DO(int, judge_at("mkdir", AT_FDCWD, path), REAL(mkdir)(path, bits));
}

int mkdirat(int fd, const char *path, mode_t bits) {
    DO(int, judge_at("mkdir", fd, path), REAL(mkdirat)(fd, path, bits));
}
