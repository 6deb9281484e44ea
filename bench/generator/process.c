#include "process.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "fail.h"

static FILE *open_proc(pid_t pid, const char *name) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    FILE *file = fopen(path, "r");
    if (file == NULL) fail("the server's process %d is gone", (int)pid);
    return file;
}

uint64_t process_cpu_ns(pid_t pid) {
    if (pid == 0) return 0;
    char line[1024];
    FILE *file = open_proc(pid, "stat");
    if (fgets(line, sizeof line, file) == NULL) fail("cannot read stat");
    fclose(file);
    /* The name, in parentheses, may hold anything; utime and stime are the 12th and 13th field after it. */
    const char *after_name = strrchr(line, ')');
    unsigned long long user, kernel;
    if (after_name == NULL || sscanf(after_name + 2, "%*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %llu %llu",
                                     &user, &kernel) != 2)
        fail("cannot read stat");
    return (user + kernel) * (SECOND / (uint64_t)sysconf(_SC_CLK_TCK));
}

uint64_t process_rss_kib(pid_t pid) {
    if (pid == 0) return 0;
    char line[256];
    unsigned long long kib = 0;
    FILE *file = open_proc(pid, "status");
    while (fgets(line, sizeof line, file) != NULL && sscanf(line, "VmRSS: %llu kB", &kib) != 1) continue;
    fclose(file);
    return kib;
}
