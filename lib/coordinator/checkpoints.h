// SPDX-License-Identifier: Apache-2.0
// Copies what was committed from SQLite's WAL back into the file, beside the writer: a commit that
// did so itself would keep everybody waiting.
#ifndef VITALS_LIB_COORDINATOR_CHECKPOINTS_H
#define VITALS_LIB_COORDINATOR_CHECKPOINTS_H

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "sql/sql.h"

namespace vitals::coordinator {

class Checkpoints {
 public:
  explicit Checkpoints(std::unique_ptr<sql::Connection> connection);
  ~Checkpoints();

  // To be called by the writer after each of its transactions. Most of the WAL is copied by the
  // thread here. Only where nobody writes meanwhile can SQLite begin its WAL anew, so now and then
  // the writer copies the little that is left.
  void committed(sql::Connection& writer);

 private:
  void loop();

  std::unique_ptr<sql::Connection> connection_;
  std::mutex mutex_;
  std::condition_variable wakes_;
  int commits_ = 0;  // since the last copy
  bool stops_ = false;
  std::atomic<bool> is_long_ = false;  // the WAL, and most of it is copied
  std::thread thread_;
};

}  // namespace vitals::coordinator

#endif  // VITALS_LIB_COORDINATOR_CHECKPOINTS_H
