// SPDX-License-Identifier: Apache-2.0
// Polls installations, each on a thread of its own: so an installation is never polled twice at a
// time, and one that hangs keeps no other waiting.
#ifndef VITALS_LIB_SERVICE_POLL_RUNNER_H
#define VITALS_LIB_SERVICE_POLL_RUNNER_H

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "vitals/coordinator/installation.h"
#include "vitals/coordinator/listing.h"
#include "vitals/time.h"

namespace vitals {

// What is known of the polls of one installation in this process.
struct PollState {
  std::string installation{};
  std::uint64_t polls = 0;     // that ended, well or not
  std::uint64_t failures = 0;  // of these
  int failures_in_a_row = 0;
  std::optional<Timestamp> last_attempt{};
  std::optional<Timestamp> last_success{};  // its listing was taken, if only to be held back
  std::string last_error{};                 // empty after a success
  double last_seconds = 0;                  // that the last poll took, applying included
  bool running = false;
};

struct PollOptions {
  std::size_t page = 5000;               // hosts asked for at once
  std::size_t most_bytes = 256U << 20U;  // of a page
  std::function<Timestamp()> now;        // the clock
  // Takes a complete listing; called on the thread of its installation.
  std::function<absl::StatusOr<coordinator::ListingResult>(coordinator::Listing)> apply;
  // Told of everything that somebody may want to read later.
  std::function<void(const std::string& line)> log;
};

class PollRunner {
 public:
  explicit PollRunner(PollOptions options);
  ~PollRunner();  // ends all polls
  PollRunner(const PollRunner&) = delete;
  PollRunner& operator=(const PollRunner&) = delete;

  // One thread at a time. Polls these from now on, those with a url; one whose settings did not
  // change goes on as it was. `poll_token_of` tells the token that an installation is asked with,
  // each time anew.
  void poll(const std::vector<coordinator::Installation>& installations,
            const std::function<std::string(const coordinator::Installation&)>& poll_token_of);

  [[nodiscard]] std::vector<PollState> states() const;

 private:
  class Poller;
  PollOptions options_;
  mutable std::mutex mutex_{};  // of the list, not of what is in it
  std::vector<std::unique_ptr<Poller>> pollers_;
};

}  // namespace vitals

#endif  // VITALS_LIB_SERVICE_POLL_RUNNER_H
