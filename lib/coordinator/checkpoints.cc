// SPDX-License-Identifier: Apache-2.0
#include "coordinator/checkpoints.h"

#include <utility>

namespace vitals::coordinator {
namespace {

constexpr int commits_between = 64;
constexpr std::int64_t long_wal = 8'192;  // pages, of 4 KiB

// How many pages of the WAL there are, and how many were copied.
struct Copied {
  std::int64_t pages = 0;
  std::int64_t copied = 0;
};

Copied copy(sql::Connection& connection) {
  Copied result;
  // Whatever goes wrong here goes wrong again, and is told, where something is written.
  connection
      .query("PRAGMA wal_checkpoint(PASSIVE)", {},
             [&](const sql::Row& row) {
               result = {.pages = row.integer(1), .copied = row.integer(2)};
             })
      .IgnoreError();
  return result;
}

}  // namespace

Checkpoints::Checkpoints(std::unique_ptr<sql::Connection> connection)
    : connection_(std::move(connection)), thread_([this] { loop(); }) {}

Checkpoints::~Checkpoints() {
  {
    const std::lock_guard lock(mutex_);
    stops_ = true;
  }
  wakes_.notify_one();
  thread_.join();
}

void Checkpoints::committed(sql::Connection& writer) {
  if (is_long_.exchange(false)) copy(writer);
  {
    const std::lock_guard lock(mutex_);
    if (++commits_ < commits_between) return;
  }
  wakes_.notify_one();
}

void Checkpoints::loop() {
  std::unique_lock lock(mutex_);
  while (!stops_) {
    if (commits_ < commits_between) {
      wakes_.wait(lock);
      continue;
    }
    commits_ = 0;
    lock.unlock();
    is_long_ = copy(*connection_).pages > long_wal;
    lock.lock();
  }
}

}  // namespace vitals::coordinator
