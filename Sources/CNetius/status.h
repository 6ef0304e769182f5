#ifndef NETIUS_STATUS_H
#define NETIUS_STATUS_H

#include "CNetius.h"

#include <sys/stat.h>

void netius_fill_status(const struct stat *found, struct netius_file_status *status);

#endif
