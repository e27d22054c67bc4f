// SPDX-License-Identifier: Apache-2.0
// Threads for what takes long, so that those which serve connections need not wait.
#ifndef VITALS_LIB_SERVICE_WORKER_POOL_H
#define VITALS_LIB_SERVICE_WORKER_POOL_H

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace vitals {

class WorkerPool {
 public:
  WorkerPool(unsigned threads, std::size_t most_waiting);
  ~WorkerPool();  // does what is being done; drops what waits
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Whether the work will be done; not if too much waits already.
  [[nodiscard]] bool submit(std::function<void()> work);

 private:
  void run(const std::stop_token& stop);

  const std::size_t most_waiting_;
  std::mutex mutex_{};
  std::condition_variable_any wake_{};
  std::deque<std::function<void()>> waiting_{};
  std::vector<std::jthread> threads_{};
};

}  // namespace vitals

#endif  // VITALS_LIB_SERVICE_WORKER_POOL_H
