/* End the program with one line on stderr and exit code 2: the run says nothing about the server. */
#ifndef FAIL_H
#define FAIL_H

#include <stdio.h>
#include <stdlib.h>

#define fail(...)                     \
    do {                              \
        fprintf(stderr, __VA_ARGS__); \
        fputc('\n', stderr);          \
        exit(2);                      \
    } while (0)

#endif
