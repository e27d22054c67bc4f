// SPDX-License-Identifier: Apache-2.0
// An installation that only pretends: it lists hosts as a real one would, or as badly as it is
// told. For tests and the demonstration.
//
//     GET  /v1/hosts?fields=...&limit=...&cursor=...   the listing, page by page
//     POST /control/MODE/ARGUMENT                      what to do from now on; see Misbehaviour
//     POST /control/add/INV/NAME, /control/drop/INV    a host more, a host less
#ifndef VITALS_TOOLS_COORDINATOR_FAKE_INSTALLATION_H
#define VITALS_TOOLS_COORDINATOR_FAKE_INSTALLATION_H

#include <array>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "http/server.h"

namespace vitals {

enum class Misbehaviour : std::uint8_t {
  none,
  lose,         // every so many percent of the hosts are missing
  hang,         // no answer at all
  garbage,      // no JSON
  truncated,    // the first half of each page
  slow,         // so many milliseconds a page
  error,        // this status
  same_cursor,  // each page leads to the same one
  duplicates,   // each page begins with the last host of the page before
  other_total,  // another total on each page
  wrong_total,  // a total that is not the number of hosts
  no_end,       // pages that have nothing and lead on
  bad_host      // a host that cannot be
};

inline constexpr std::array<std::string_view, 13> misbehaviour_names{
    "none",        "lose",       "hang",        "garbage",     "truncated", "slow",    "error",
    "same_cursor", "duplicates", "other_total", "wrong_total", "no_end",    "bad_host"};

struct FakeInstallationOptions {
  std::uint16_t port = 0;
  std::int64_t first_inv = 1;
  std::int64_t hosts = 0;
  std::string prefix = "host-";  // names are PREFIX and the inventory number
  std::string token{};           // that must be given; empty: none
};

class FakeInstallation {
 public:
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<FakeInstallation>> start(
      FakeInstallationOptions options);
  ~FakeInstallation();
  FakeInstallation(const FakeInstallation&) = delete;
  FakeInstallation& operator=(const FakeInstallation&) = delete;

  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  [[nodiscard]] std::string url() const;  // of its listing

  void behave(Misbehaviour how, int argument = 0);
  void add(std::int64_t inv, std::string name);
  void drop(std::int64_t inv);
  // How many requests for pages came so far; how many were being answered at the same time at most.
  [[nodiscard]] std::size_t pages_asked() const;
  [[nodiscard]] std::size_t most_at_once() const;

 private:
  explicit FakeInstallation(FakeInstallationOptions options);
  void handle(const HttpRequest& request, const HttpReply& reply);
  void answer_later(const HttpReply& reply, HttpResponse response);
  HttpResponse control(const std::vector<std::string>& words);
  HttpResponse page(const HttpRequest& request);
  std::string page_text(std::int64_t after, std::size_t limit);

  const FakeInstallationOptions options_;
  mutable std::mutex mutex_{};
  std::condition_variable_any wake_{};
  std::map<std::int64_t, std::string> hosts_{};
  Misbehaviour how_ = Misbehaviour::none;
  int argument_ = 0;
  std::size_t pages_ = 0;
  std::size_t at_once_ = 0;
  std::size_t most_at_once_ = 0;
  std::vector<HttpReply> hanging_{};
  std::unique_ptr<HttpServer> server_{};
  std::vector<std::jthread> late_{};  // answers that come later
};

}  // namespace vitals

#endif  // VITALS_TOOLS_COORDINATOR_FAKE_INSTALLATION_H
