// SPDX-License-Identifier: Apache-2.0
#include "service/poll_runner.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

#include "http/client.h"
#include "service/poll_listing.h"
#include "service/poll_schedule.h"
#include "text/bridge.h"
#include "text/quote.h"

namespace vitals {
namespace {

using Clock = std::chrono::steady_clock;
using coordinator::Installation;
using coordinator::Listing;
using coordinator::ListingFate;
using coordinator::ListingResult;

Milliseconds since(Clock::time_point began) {
  return std::chrono::duration_cast<Milliseconds>(Clock::now() - began);
}

bool is_polled_alike(const Installation& a, const Installation& b) {
  return a.id == b.id && a.url == b.url && a.poll_period == b.poll_period &&
         a.poll_timeout == b.poll_timeout;
}

std::string words_of(const ListingResult& result) {
  return cat(name(result.fate), ": ", result.hosts, " hosts, ", result.appeared, " appeared, ",
             result.vanished, " vanished, ", result.lost, " lost");
}

}  // namespace

class PollRunner::Poller {
 public:
  Poller(Installation installation, const PollOptions& options,
         std::function<std::string(const Installation&)> token_of)
      : installation_(std::move(installation)),
        options_(options),
        token_of_(std::move(token_of)),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}

  [[nodiscard]] const Installation& installation() const { return installation_; }
  [[nodiscard]] PollState state() const {
    const std::lock_guard lock(mutex_);
    PollState state = state_;
    state.installation = installation_.id;
    return state;
  }
  void request_stop() { thread_.request_stop(); }
  // Called while no other thread does.
  void use(std::function<std::string(const Installation&)> token_of) {
    const std::lock_guard lock(mutex_);
    token_of_ = std::move(token_of);
  }

 private:
  void run(const std::stop_token& stop) {
    std::mt19937_64 random{std::random_device{}()};
    const auto share = [&] { return std::uniform_real_distribution<>()(random); };
    const Seconds period = installation_.poll_period;
    Milliseconds wait = first_poll_after(period, share());
    while (pause(stop, wait)) {
      const auto began = Clock::now();
      const absl::Status status = poll_once(stop);
      if (stop.stop_requested()) return;
      const int failures = note(status, since(began));
      wait = failures == 0 ? next_poll_after_success(period, since(began))
                           : next_poll_after_failure(period, failures, share());
    }
  }

  // Whether it was not ended meanwhile.
  bool pause(const std::stop_token& stop, Milliseconds length) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, length, [] { return false; });
    return !stop.stop_requested();
  }

  absl::Status poll_once(const std::stop_token& stop) {
    const Timestamp started = options_.now();
    std::string token;
    {
      const std::lock_guard lock(mutex_);
      state_.running = true;
      state_.last_attempt = started;
      token = token_of_(installation_);
    }
    const auto deadline = Clock::now() + installation_.poll_timeout;
    auto hosts = collect_listing([&](const std::string& cursor) -> absl::StatusOr<std::string> {
      return fetch(cursor, token, deadline, stop);
    });
    if (!hosts.ok()) return hosts.status();
    Listing listing{.installation = installation_.id,
                    .started_at = started,
                    .received_at = options_.now(),
                    .hosts = *std::move(hosts)};
    const auto result = options_.apply(std::move(listing));
    if (!result.ok()) return result.status();
    const bool is_news = result->fate != ListingFate::applied || result->vanished > 0;
    if (is_news) options_.log(cat(installation_.id, ": listing ", words_of(*result)));
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> fetch(const std::string& cursor, const std::string& token,
                                    Clock::time_point deadline, const std::stop_token& stop) {
    const auto left = std::chrono::duration_cast<Milliseconds>(deadline - Clock::now());
    if (left <= Milliseconds{0}) {
      return absl::DeadlineExceededError(
          cat("the poll took longer than ", installation_.poll_timeout.count(), " s"));
    }
    client_.set_whole_time(left);
    auto fetched = client_.get(poll_url(installation_.url, options_.page, cursor), token,
                               [&stop] { return stop.stop_requested(); });
    if (!fetched.ok()) return fetched.status();
    if (fetched->status != 200) {
      return absl::UnavailableError(cat(installation_.url, " answered ", fetched->status));
    }
    return std::move(fetched->body);
  }

  // How many polls in a row have failed with this one.
  int note(const absl::Status& status, Milliseconds took) {
    const std::lock_guard lock(mutex_);
    state_.running = false;
    ++state_.polls;
    state_.last_seconds = static_cast<double>(took.count()) / 1000;
    const bool recovered = status.ok() && state_.failures_in_a_row > 0;
    if (status.ok()) {
      state_.failures_in_a_row = 0;
      state_.last_success = options_.now();
      state_.last_error.clear();
      if (recovered) options_.log(cat(installation_.id, ": polled again"));
    } else {
      ++state_.failures;
      ++state_.failures_in_a_row;
      state_.last_error = printable(to_std(status.message()));
      options_.log(cat(installation_.id, ": poll failed: ", state_.last_error));
    }
    return state_.failures_in_a_row;
  }

  const Installation installation_;
  const PollOptions& options_;
  std::function<std::string(const Installation&)> token_of_;
  HttpClient client_{{.most_bytes = options_.most_bytes}};
  mutable std::mutex mutex_{};
  std::condition_variable_any wake_{};
  PollState state_{};
  std::jthread thread_;  // last: it uses all of the others
};

PollRunner::PollRunner(PollOptions options) : options_(std::move(options)) {}

PollRunner::~PollRunner() {
  for (const auto& poller : pollers_) poller->request_stop();  // all at once, then each is awaited
}

void PollRunner::poll(const std::vector<Installation>& installations,
                      const std::function<std::string(const Installation&)>& poll_token_of) {
  std::vector<std::unique_ptr<Poller>> before;
  std::vector<const Installation*> added;
  {
    const std::lock_guard lock(mutex_);
    before = std::exchange(pollers_, {});
    for (const Installation& wanted : installations) {
      if (wanted.url.empty()) continue;
      const auto same = std::find_if(before.begin(), before.end(), [&](const auto& poller) {
        return poller && is_polled_alike(poller->installation(), wanted);
      });
      if (same == before.end()) {
        added.push_back(&wanted);
      } else {
        (*same)->use(poll_token_of);
        pollers_.push_back(std::move(*same));
      }
    }
  }
  for (const auto& poller : before) {
    if (poller) poller->request_stop();
  }
  before.clear();  // waits for them: the same installation may be among the added ones
  for (const Installation* installation : added) {
    auto poller = std::make_unique<Poller>(*installation, options_, poll_token_of);
    const std::lock_guard lock(mutex_);
    pollers_.push_back(std::move(poller));
  }
}

std::vector<PollState> PollRunner::states() const {
  const std::lock_guard lock(mutex_);
  std::vector<PollState> states;
  states.reserve(pollers_.size());
  for (const auto& poller : pollers_) states.push_back(poller->state());
  return states;
}

}  // namespace vitals
