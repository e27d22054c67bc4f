// SPDX-License-Identifier: Apache-2.0
// The one thread of a coordinator that makes decisions. Requests that wait while a transaction is
// written to disk share the next one; between two of them, one other piece of work gets its turn.
#ifndef VITALS_LIB_COORDINATOR_WRITER_H
#define VITALS_LIB_COORDINATOR_WRITER_H

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "coordinator/checkpoints.h"
#include "coordinator/members.h"
#include "sql/sql.h"
#include "vitals/coordinator/coordinator.h"

namespace vitals::coordinator {

// The installations as they are configured now; replaced as a whole.
class CurrentMembership {
 public:
  explicit CurrentMembership(Membership membership)
      : is_(std::make_shared<const Membership>(std::move(membership))) {}

  [[nodiscard]] std::shared_ptr<const Membership> get() const {
    const std::lock_guard lock(mutex_);
    return is_;
  }
  void set(Membership membership) {
    const std::lock_guard lock(mutex_);
    is_ = std::make_shared<const Membership>(std::move(membership));
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Membership> is_;
};

class Writer {
 public:
  using Work = absl::FunctionRef<absl::Status(sql::Connection&)>;

  // `checkpoints` may be null.
  Writer(std::unique_ptr<sql::Connection> connection, const CurrentMembership& membership,
         const CoordinatorOptions& options, Checkpoints* checkpoints);
  ~Writer();  // answers what waits

  void submit(std::vector<Request> requests, Timestamp now, Coordinator::OnAnswers done);

  // Does the work on the writer's thread, in a transaction in which no other coordinator decides,
  // and waits. Work may be done again from its start where somebody else was in the way.
  absl::Status run(sql::Begin begin, Work work);

 private:
  struct Asked {
    std::vector<Request> requests;
    Timestamp now;
    Coordinator::OnAnswers done;
    std::vector<Answer> answers{};
  };
  struct Job {
    sql::Begin begin;
    Work work;
    absl::Status status = absl::OkStatus();
    bool is_done = false;
  };

  void loop();
  void answer(std::vector<Asked>& batch);
  absl::Status decide_batch(const Membership& membership, std::vector<Asked>& batch);
  absl::Status in_transaction(sql::Begin begin, Work work);
  absl::Status try_once(sql::Begin begin, Work work);

  std::unique_ptr<sql::Connection> connection_;
  const CurrentMembership& membership_;
  CoordinatorOptions options_;
  Checkpoints* checkpoints_;

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::condition_variable finished_;
  std::deque<Asked> asked_;
  std::size_t waiting_ = 0;  // requests in asked_
  std::deque<Job*> jobs_;
  bool stops_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace vitals::coordinator

#endif  // VITALS_LIB_COORDINATOR_WRITER_H
