// SPDX-License-Identifier: Apache-2.0
// Listings are put together of pages that fit together, on time, or not at all.
#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "fake_installation.h"
#include "served.h"
#include "service/poll_listing.h"
#include "service/poll_page.h"
#include "service/poll_runner.h"
#include "service/poll_schedule.h"

namespace vitals {
namespace {

using coordinator::Host;
using coordinator::Installation;
using coordinator::Listing;
using coordinator::ListingResult;

std::string error_of(const absl::Status& status) { return std::string(status.message()); }

TEST_CASE("A page is read strictly, and what it says besides is ignored") {
  struct Row {
    const char* why;
    std::string json;
    const char* expected;  // the error; empty: none
  };
  const Row rows[] = {
      {"all there is",
       R"({"hosts":[{"inv":1,"name":"a","uuid":"u","host_type":"mac",)"
       R"("exclude_from_monitoring":true}],"total":1,"next_cursor":"x"})",
       ""},
      {"as little as there may be", R"({"hosts":[]})", ""},
      {"more than there need be", R"({"hosts":[{"inv":1,"state":"ready"}],"took":5})", ""},
      {"nulls", R"({"hosts":[{"inv":1,"name":null,"uuid":null}],"next_cursor":null})", ""},
      {"a number for a cursor", R"({"hosts":[],"next_cursor":17})", ""},
      {"nothing", "", "the body is empty, expected an object of JSON"},
      {"no hosts", "{}", "expected a list of `hosts`"},
      {"hosts that are none", R"({"hosts":{}})", "hosts: expected a list, not an object"},
      {"a host that is none", R"({"hosts":[{"inv":1},3]})",
       "hosts[1]: expected an object, not a number"},
      {"no inventory number", R"({"hosts":[{"name":"a"}]})",
       "hosts[0]: expected an inventory number, `inv`"},
      {"an inventory number of text", R"({"hosts":[{"inv":"1"}]})",
       "hosts[0].inv: expected a whole number, not a string"},
      {"an unknown type", R"({"hosts":[{"inv":1,"host_type":"sever"}]})",
       "hosts[0].host_type: 'sever' is unknown, expected server, mac, vm, shadow; did you mean "
       "server?"},
      {"an empty cursor", R"({"hosts":[],"next_cursor":""})",
       "next_cursor: expected null or 1 to 1024 bytes"},
      {"a negative total", R"({"hosts":[],"total":-1})",
       "total: expected 0 to 9223372036854775807"},
      {"hosts twice", R"({"hosts":[],"hosts":[]})", "hosts: is there twice"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const auto page = parse_poll_page(row.json);
      CHECK(error_of(page.status()) == row.expected);
    }
  }
  const auto page = parse_poll_page(rows[0].json);
  REQUIRE(page.ok());
  CHECK(page->hosts == std::vector<Host>{{.host_type = coordinator::HostType::mac,
                                          .inv = 1,
                                          .name = "a",
                                          .uuid = "u",
                                          .exclude_from_monitoring = true}});
  CHECK(page->total == 1);
  CHECK(page->next_cursor == "x");
  CHECK(parse_poll_page(rows[4].json)->next_cursor == "17");
}

TEST_CASE("Pages that do not fit together are no listing") {
  struct Row {
    const char* why;
    std::vector<const char*> pages;
    const char* expected;
  };
  const Row rows[] = {
      {"one page", {R"({"hosts":[{"inv":1}],"total":1})"}, ""},
      {"none at all", {R"({"hosts":[]})"}, ""},
      {"two pages", {R"({"hosts":[{"inv":1}],"next_cursor":"a"})", R"({"hosts":[{"inv":2}]})"}, ""},
      {"an empty last page", {R"({"hosts":[{"inv":1}],"next_cursor":"a"})", R"({"hosts":[]})"}, ""},
      {"the same cursor again",
       {R"({"hosts":[{"inv":1}],"next_cursor":"a"})", R"({"hosts":[{"inv":2}],"next_cursor":"b"})",
        R"({"hosts":[{"inv":3}],"next_cursor":"a"})"},
       "page 3: the cursor 'a' was there before"},
      {"the same host on one page",
       {R"({"hosts":[{"inv":1},{"inv":1}]})"},
       "page 1: inventory number 1 was there before"},
      {"the same host on another page",
       {R"({"hosts":[{"inv":1}],"next_cursor":"a"})", R"({"hosts":[{"inv":1}]})"},
       "page 2: inventory number 1 was there before"},
      {"another total",
       {R"({"hosts":[{"inv":1}],"total":2,"next_cursor":"a"})",
        R"({"hosts":[{"inv":2}],"total":3})"},
       "page 2: the total was 2 and is now 3"},
      {"a total that is gone",
       {R"({"hosts":[{"inv":1}],"total":2,"next_cursor":"a"})", R"({"hosts":[{"inv":2}]})"},
       "page 2: the total was 2 and is now not told"},
      {"a total that is not reached",
       {R"({"hosts":[{"inv":1}],"total":2})"},
       "page 1: the total is 2, but 1 hosts were listed"},
      {"a page of nothing that leads on",
       {R"({"hosts":[],"next_cursor":"a"})"},
       "page 1: no hosts, but another page is told of"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      std::size_t asked = 0;
      const auto hosts =
          collect_listing([&](const std::string& cursor) -> absl::StatusOr<std::string> {
            CHECK(cursor.empty() == (asked == 0));
            return std::string(row.pages.at(asked++));
          });
      CHECK(error_of(hosts.status()) == row.expected);
      CHECK(asked == row.pages.size());
    }
  }
}

TEST_CASE("The url of a page tells which fields, how many and from where") {
  CHECK(poll_url("http://x/v1/hosts", 10, "") ==
        "http://x/v1/hosts?fields=inv,name,uuid,host_type,exclude_from_monitoring&limit=10");
  CHECK(poll_url("http://x/h?a=b", 10, "c d&e") ==
        "http://x/h?a=b&fields=inv,name,uuid,host_type,exclude_from_monitoring&limit=10"
        "&cursor=c%20d%26e");
}

TEST_CASE("After a success the period is kept, after failures the wait doubles up to it") {
  constexpr Seconds period{160};
  static_assert(next_poll_after_success(period, Milliseconds{1500}) == Milliseconds{158'500});
  static_assert(next_poll_after_success(period, Milliseconds{160'000}) == Milliseconds{0});
  static_assert(next_poll_after_success(period, Milliseconds{160'001}) == Milliseconds{0});
  struct Row {
    int failures;
    std::int64_t least;
    std::int64_t most;
  };
  const Row rows[] = {{1, 5000, 10'000},           {2, 10'000, 20'000},  {3, 20'000, 40'000},
                      {4, 40'000, 80'000},         {5, 80'000, 160'000}, {6, 80'000, 160'000},
                      {1'000'000, 80'000, 160'000}};
  for (const Row& row : rows) {
    CHECK(next_poll_after_failure(period, row.failures, 0).count() == row.least);
    CHECK(next_poll_after_failure(period, row.failures, 1).count() == row.most);
  }
  CHECK(next_poll_after_failure(Seconds{1}, 1, 0) == Milliseconds{500});
  CHECK(next_poll_after_failure(Seconds{1}, 9, 1) == Milliseconds{1000});
  CHECK(first_poll_after(Seconds{1}, 1) == Milliseconds{1000});
  CHECK(first_poll_after(period, 1) == Milliseconds{2000});
}

// Polls one fake installation quickly, and keeps what came.
class Polled {
 public:
  explicit Polled(FakeInstallationOptions options = {.hosts = 25}, Seconds timeout = Seconds{5})
      : fake(*FakeInstallation::start(std::move(options))),
        installation{.id = "x", .bot = "b", .url = fake->url(), .tokens = {}, .networks = {}},
        runner({.page = 10,
                .now = [this] { return Timestamp(Seconds(++now_)); },
                .apply = [this](Listing listing) -> absl::StatusOr<ListingResult> {
                  const std::lock_guard lock(mutex_);
                  listings_.push_back(std::move(listing));
                  return ListingResult{.hosts = listings_.back().hosts.size()};
                },
                .log = [](const std::string&) {}}) {
    installation.poll_period = Seconds{1};
    installation.poll_timeout = timeout;
  }
  void poll(const std::string& token = {}) {
    runner.poll({installation}, [token](const Installation&) { return token; });
  }
  std::size_t listings() {
    const std::lock_guard lock(mutex_);
    return listings_.size();
  }
  Listing last() {
    const std::lock_guard lock(mutex_);
    return listings_.back();
  }
  void wait_for_listing() {
    const std::size_t before = listings();
    while (listings() == before) std::this_thread::yield();
  }
  // The state after the next poll that begins from now on.
  PollState next_poll() {
    const std::uint64_t before = runner.states().at(0).polls;
    while (runner.states().at(0).polls < before + 2) std::this_thread::yield();
    return runner.states().at(0);
  }

 private:
  std::atomic<std::int64_t> now_{1000};
  std::mutex mutex_{};
  std::vector<Listing> listings_{};

 public:
  std::unique_ptr<FakeInstallation> fake;
  Installation installation;
  PollRunner runner;
};

TEST_CASE(
    "A listing comes whole, page after page, with when it was asked for and when it was there") {
  Polled polled;
  polled.poll();
  polled.wait_for_listing();
  const Listing listing = polled.last();
  CHECK(listing.installation == "x");
  CHECK(listing.hosts.size() == 25);
  CHECK(listing.hosts.front().name == "host-1");
  CHECK(listing.started_at < listing.received_at);
  CHECK(polled.fake->pages_asked() >= 3);
  polled.fake->add(100, "late");
  polled.wait_for_listing();
  polled.wait_for_listing();
  CHECK(polled.last().hosts.size() == 26);
}

TEST_CASE("Whatever an installation answers instead of a listing is reported and changes nothing") {
  struct Row {
    Misbehaviour how;
    int argument;
    const char* expected;
  };
  const Row rows[] = {
      {Misbehaviour::garbage, 0, "page 1: the body is no JSON"},
      {Misbehaviour::truncated, 0, "page 1: the body is no JSON"},
      {Misbehaviour::error, 500, "answered 500"},
      {Misbehaviour::error, 302, "answered 302"},
      {Misbehaviour::same_cursor, 0, "page 2: inventory number 2 was there before"},
      {Misbehaviour::duplicates, 0, "page 2: inventory number 10 was there before"},
      {Misbehaviour::other_total, 0, "page 2: the total was 25 and is now 35"},
      {Misbehaviour::wrong_total, 0, "page 3: the total is 26, but 25 hosts were listed"},
      {Misbehaviour::no_end, 0, "page 1: no hosts, but another page is told of"},
      {Misbehaviour::bad_host, 0, "page 1: hosts[0].inv: expected 1 to 1099511627775"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(misbehaviour_names[static_cast<std::size_t>(row.how)] << row.argument) {
      Polled polled;
      polled.fake->behave(row.how, row.argument);
      polled.poll();
      const PollState state = polled.next_poll();
      CHECK(contains(state.last_error, row.expected));
      CHECK(state.failures == state.polls);
      CHECK(polled.listings() == 0);
      polled.fake->behave(Misbehaviour::none);
      polled.wait_for_listing();
      CHECK(polled.last().hosts.size() == 25);
    }
  }
}

TEST_CASE(
    "A poll that takes too long is given up, also one whose pages are slow but not too slow") {
  Polled polled({.hosts = 25}, Seconds{1});
  SECTION("it hangs") { polled.fake->behave(Misbehaviour::hang); }
  SECTION("three pages of 450 ms") { polled.fake->behave(Misbehaviour::slow, 450); }
  polled.poll();
  const PollState state = polled.next_poll();
  CHECK(state.failures == state.polls);
  CHECK(!state.last_error.empty());
  CHECK(polled.listings() == 0);
}

TEST_CASE("An installation is polled with its token, and not polled twice at a time") {
  Polled polled({.hosts = 25, .token = "token-for-polls-0123"});
  polled.poll("another-token-012345");
  CHECK(contains(polled.next_poll().last_error, "answered 401"));
  polled.poll("token-for-polls-0123");  // the same installation: the poller goes on
  polled.wait_for_listing();
  polled.fake->behave(Misbehaviour::slow, 100);
  for (int i = 0; i < 5; ++i) {
    polled.installation.poll_timeout += Seconds{1};  // another one: the old poller ends first
    polled.poll("token-for-polls-0123");
  }
  polled.wait_for_listing();
  CHECK(polled.runner.states().size() == 1);
}

TEST_CASE("Polls end at once when they are to end, whatever they wait for") {
  Polled polled;
  polled.fake->behave(Misbehaviour::hang);
  polled.poll();
  while (polled.fake->pages_asked() == 0) std::this_thread::yield();
  polled.runner.poll({}, [](const Installation&) { return std::string(); });
  CHECK(polled.runner.states().empty());
}

}  // namespace
}  // namespace vitals
