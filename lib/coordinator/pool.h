// SPDX-License-Identifier: Apache-2.0
// Connections that are lent out one at a time.
#ifndef VITALS_LIB_COORDINATOR_POOL_H
#define VITALS_LIB_COORDINATOR_POOL_H

#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "sql/sql.h"

namespace vitals::coordinator {

class Pool {
 public:
  void add(std::unique_ptr<sql::Connection> connection) { free_.push_back(std::move(connection)); }

  // Calls ask(connection), of a connection that is alive.
  template <class Ask>
  auto with(const Ask& ask) -> decltype(ask(std::declval<sql::Connection&>())) {
    std::unique_ptr<sql::Connection> connection = take();
    const absl::Status status = connection->revive();
    auto result = status.ok() ? ask(*connection) : status;
    {
      const std::lock_guard lock(mutex_);
      free_.push_back(std::move(connection));
    }
    came_back_.notify_one();
    return result;
  }

 private:
  std::unique_ptr<sql::Connection> take() {
    std::unique_lock lock(mutex_);
    came_back_.wait(lock, [&] { return !free_.empty(); });
    auto connection = std::move(free_.back());
    free_.pop_back();
    return connection;
  }

  std::mutex mutex_;
  std::condition_variable came_back_;
  std::vector<std::unique_ptr<sql::Connection>> free_;
};

}  // namespace vitals::coordinator

#endif  // VITALS_LIB_COORDINATOR_POOL_H
