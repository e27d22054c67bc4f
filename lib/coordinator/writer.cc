// SPDX-License-Identifier: Apache-2.0
#include "coordinator/writer.h"

#include <iterator>
#include <utility>

#include "coordinator/book_store.h"
#include "coordinator/decide.h"
#include "coordinator/journal_store.h"
#include "text/bridge.h"
#include "text/quote.h"

namespace vitals::coordinator {
namespace {

constexpr int most_attempts = 20;
constexpr std::size_t most_at_once = 400;  // requests of one transaction, whose answers all wait

// Any number that nothing else in the database takes as the key of a lock.
constexpr std::string_view take_turn = "SELECT pg_advisory_xact_lock(7305813)";

bool is_worth_another_try(const absl::Status& status) {
  return absl::IsAborted(status) || absl::IsAlreadyExists(status);
}

void add_wanted(const Request& request, const Membership& membership, Wanted& wanted) {
  const Member* const member = membership.find(request.installation);
  if (member == nullptr) return;
  wanted.want(member->bot, request.host.inv);
  if (request.act == Act::add) wanted.want_name(request.host.name);
  if (request.act == Act::rename) wanted.want_name(request.new_name);
  if (request.act == Act::change_inv) wanted.want(member->bot, request.new_inv);
}

absl::Status check_all(const std::vector<Request>& requests, const Membership& membership) {
  for (const Request& request : requests) {
    if (membership.find(request.installation) == nullptr) {
      return invalid(in_quotes(request.installation), " is no installation, expected one of the ",
                     "configuration");
    }
    if (absl::Status status = check(request); !status.ok()) return status;
  }
  return absl::OkStatus();
}

void add_lapses(Book& book, Timestamp now, std::vector<JournalEntry>& entries) {
  for (const Lapse& lapse : book.take_lapses()) entries.push_back(entry_of(lapse, book, now));
}

}  // namespace

Writer::Writer(std::unique_ptr<sql::Connection> connection, const CurrentMembership& membership,
               const CoordinatorOptions& options, Checkpoints* checkpoints)
    : connection_(std::move(connection)),
      membership_(membership),
      options_(options),
      checkpoints_(checkpoints),
      thread_([this] { loop(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stops_ = true;
  }
  arrived_.notify_one();
  thread_.join();
}

void Writer::submit(std::vector<Request> requests, Timestamp now, Coordinator::OnAnswers done) {
  absl::Status status = check_all(requests, *membership_.get());
  if (status.ok()) {
    const std::lock_guard lock(mutex_);
    if (waiting_ + requests.size() <= options_.most_waiting) {
      waiting_ += requests.size();
      asked_.push_back({.requests = std::move(requests), .now = now, .done = std::move(done)});
      arrived_.notify_one();
      return;
    }
    status = absl::ResourceExhaustedError(
        cat(waiting_, " requests wait already, expected at most ", options_.most_waiting));
  }
  done(std::move(status));
}

absl::Status Writer::run(sql::Begin begin, Work work) {
  Job job{.begin = begin, .work = work};
  std::unique_lock lock(mutex_);
  jobs_.push_back(&job);
  arrived_.notify_one();
  finished_.wait(lock, [&] { return job.is_done; });
  return job.status;
}

void Writer::loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    arrived_.wait(lock, [&] { return stops_ || !asked_.empty() || !jobs_.empty(); });
    if (asked_.empty() && jobs_.empty()) return;
    std::vector<Asked> batch;
    for (std::size_t count = 0; !asked_.empty() && count < most_at_once;) {
      count += asked_.front().requests.size();
      waiting_ -= asked_.front().requests.size();
      batch.push_back(std::move(asked_.front()));
      asked_.pop_front();
    }
    Job* job = nullptr;
    if (!jobs_.empty()) {
      job = jobs_.front();
      jobs_.pop_front();
    }
    lock.unlock();
    if (!batch.empty()) answer(batch);
    if (job != nullptr) job->status = in_transaction(job->begin, job->work);
    lock.lock();
    if (job != nullptr) {
      job->is_done = true;
      finished_.notify_all();
    }
  }
}

void Writer::answer(std::vector<Asked>& batch) {
  const auto membership = membership_.get();
  const sql::Begin begin = options_.take_turns ? sql::Begin::write : sql::Begin::isolated;
  const absl::Status status =
      in_transaction(begin, [&](sql::Connection&) { return decide_batch(*membership, batch); });
  for (Asked& asked : batch) {
    asked.done(status.ok() ? Coordinator::Answers(std::move(asked.answers)) : status);
  }
}

absl::Status Writer::decide_batch(const Membership& membership, std::vector<Asked>& batch) {
  Wanted wanted;
  for (const Asked& asked : batch) {
    for (const Request& request : asked.requests) add_wanted(request, membership, wanted);
  }
  auto book = load_book(*connection_, membership, wanted);
  if (!book.ok()) return book.status();
  std::vector<JournalEntry> entries;
  std::vector<std::pair<std::size_t, Answer*>> answers;  // with the places of their entries
  for (Asked& asked : batch) {
    asked.answers.assign(asked.requests.size(), {});
    for (std::size_t i = 0; i < asked.requests.size(); ++i) {
      const Request& request = asked.requests[i];
      Answer& answer = asked.answers[i];
      answer = membership.monitor_only ? Answer{.why = Why::monitor_only}
                                       : decide(request, *book, asked.now);
      carry_out(request, answer, *book, asked.now);
      add_lapses(*book, asked.now, entries);
      answers.emplace_back(entries.size(), &answer);
      entries.push_back(entry_of(request, answer, asked.now));
    }
  }
  absl::Status status = write_book(*connection_, *book);
  if (status.ok()) status = append(*connection_, membership, entries);
  if (!status.ok()) return status;
  for (const auto& [place, answer] : answers) answer->entry = entries[place].number;
  return status;
}

absl::Status Writer::in_transaction(sql::Begin begin, Work work) {
  absl::Status status = absl::OkStatus();
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    status = try_once(begin, work);
    if (!is_worth_another_try(status)) break;
  }
  // Who is told of a constraint at last is told that others were quicker every time.
  return absl::IsAlreadyExists(status) ? absl::AbortedError(status.message()) : status;
}

absl::Status Writer::try_once(sql::Begin begin, Work work) {
  absl::Status status = connection_->revive();
  if (!status.ok()) return status;
  {
    auto transaction = sql::Transaction::begin(*connection_, begin);
    if (!transaction.ok()) return transaction.status();
    const bool takes_turn =
        connection_->backend() == sql::Backend::postgresql && begin != sql::Begin::isolated;
    if (takes_turn) status = connection_->script(std::string(take_turn));
    if (status.ok()) status = work(*connection_);
    if (status.ok()) status = transaction->commit();
  }
  if (status.ok() && checkpoints_ != nullptr) checkpoints_->committed(*connection_);
  return status;
}

}  // namespace vitals::coordinator
