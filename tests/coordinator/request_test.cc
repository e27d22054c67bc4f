// SPDX-License-Identifier: Apache-2.0
// Every kind of decision, as short stories: what was asked and listed before, and the answer.
#include "vitals/coordinator/request.h"

#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <vector>

#include "databases.h"
#include "worlds.h"

namespace vitals::coordinator {
namespace {

static_assert(is_allowed(Why::granted));
static_assert(is_allowed(Why::stale_allowed));
static_assert(!is_allowed(Why::inv_held));
static_assert(!is_allowed(Why::does_not_call));
static_assert(name(Act::change_inv) == "change_inv");
static_assert(name(Why::stale) == "stale");

/// A step of a story; the answer to the last one is looked at.
struct Step {
  std::int64_t at;  // seconds
  std::function<Answer(Coordinator&, Timestamp)> act;
};

Step asks(std::int64_t at, Request request) {
  return {at, [request](Coordinator& coordinator, Timestamp now) {
            auto answers = coordinator.ask({request}, now);
            INFO(answers.status());
            REQUIRE(answers.ok());
            REQUIRE(answers->size() == 1);
            return answers->front();
          }};
}

Step lists(std::int64_t at, std::string installation, std::vector<Host> hosts) {
  return {at, [=](Coordinator& coordinator, Timestamp now) {
            REQUIRE(coordinator.let_shrink(installation, "test", now).ok());
            const auto result = coordinator.apply_listing(listing(installation, now, hosts), now);
            INFO(result.status());
            REQUIRE(result.ok());
            CHECK(result->fate == ListingFate::applied);
            return Answer{};
          }};
}

Host shadow(Inv inv, std::string name = {}) { return host(inv, std::move(name), HostType::shadow); }

struct Row {
  const char* why;
  std::vector<Step> before;
  Step last;
  Why expected;
  std::string holder = "";
};

// Everybody was just listed, and has nothing.
std::vector<Step> quiet(std::vector<Step> then) {
  std::vector<Step> steps{lists(1000, "rtc", {}), lists(1000, "yc", {}), lists(1000, "il", {})};
  steps.insert(steps.end(), then.begin(), then.end());
  return steps;
}

const std::vector<Row>& add_rows() {
  static const std::vector<Row> rows{
      {"nobody has it", quiet({}), asks(1100, add("rtc", host(7, "a"))), Why::granted},
      {"it has it already by a permission", quiet({asks(1100, add("rtc", host(7, "a")))}),
       asks(1101, add("rtc", host(7, "a"))), Why::already_held},
      {"it has it already by its listing", quiet({lists(1050, "rtc", {host(7, "a")})}),
       asks(1101, add("rtc", host(7, "a"))), Why::already_held},
      {"another was allowed to have the number", quiet({asks(1100, add("yc", host(7, "b")))}),
       asks(1101, add("rtc", host(7, "a"))), Why::inv_held, "yc"},
      {"another's listing shows the number", quiet({lists(1050, "yc", {host(7, "b")})}),
       asks(1101, add("rtc", host(7, "a"))), Why::inv_held, "yc"},
      {"the number of another BOT", quiet({lists(1050, "il", {host(7, "b")})}),
       asks(1101, add("rtc", host(7, "a"))), Why::granted},
      {"the name of a host of another BOT", quiet({lists(1050, "il", {host(7, "a")})}),
       asks(1101, add("rtc", host(8, "a"))), Why::name_held, "il"},
      {"another was allowed to use the name", quiet({asks(1100, add("yc", host(8, "a")))}),
       asks(1101, add("rtc", host(7, "a"))), Why::name_held, "yc"},
      {"another's listing shows the name", quiet({lists(1050, "yc", {host(8, "a")})}),
       asks(1101, add("rtc", host(7, "a"))), Why::name_held, "yc"},
      {"capital letters make no other name", quiet({lists(1050, "yc", {host(8, "A.x")})}),
       asks(1101, add("rtc", host(7, "a.X"))), Why::name_held, "yc"},
      {"no name is no shared name", quiet({asks(1100, add("yc", host(8)))}),
       asks(1101, add("rtc", host(7))), Why::granted},
      {"its own host may hand over the name", quiet({asks(1100, add("rtc", host(8, "a")))}),
       asks(1101, add("rtc", host(7, "a"))), Why::granted},
      {"a shadow may be anywhere", quiet({asks(1100, add("yc", host(7, "a")))}),
       asks(1101, add("rtc", shadow(7, "a"))), Why::shadow},
      {"a shadow that was told is in nobody's way", quiet({asks(1100, add("yc", shadow(7, "a")))}),
       asks(1101, add("rtc", host(7, "a"))), Why::granted},
      {"a shadow that is listed is in nobody's way", quiet({lists(1050, "yc", {shadow(7, "a")})}),
       asks(1101, add("rtc", host(7, "a"))), Why::granted},
      {"what another removed is free",
       quiet({asks(1100, add("yc", host(7, "a"))), asks(1101, remove("yc", 7))}),
       asks(1102, add("rtc", host(7, "a"))), Why::granted},
      {"what another removed is free although its last listing shows it",
       quiet({lists(1050, "yc", {host(7, "a")}), asks(1101, remove("yc", 7))}),
       asks(1102, add("rtc", host(7, "a"))), Why::granted},
      {"a removal in the second of the poll still counts",
       quiet({asks(1101, remove("yc", 7)), lists(1101, "yc", {host(7, "a")})}),
       asks(1102, add("rtc", host(7, "a"))), Why::granted},
      {"a later listing shows it again",
       quiet({asks(1101, remove("yc", 7)), lists(1102, "yc", {host(7, "a")})}),
       asks(1103, add("rtc", host(7, "a"))), Why::inv_held, "yc"},
      {"a permission counts although listings do not show the host",
       quiet({asks(1100, add("yc", host(7))), lists(1199, "yc", {})}),
       asks(1200, add("rtc", host(7))), Why::inv_held, "yc"},
      {"it does at the end of its time",
       quiet({asks(1100, add("yc", host(7))), lists(1200, "yc", {})}),
       asks(1201, add("rtc", host(7))), Why::inv_held, "yc"},
      {"it does not afterwards", quiet({asks(1100, add("yc", host(7))), lists(1201, "yc", {})}),
       asks(1202, add("rtc", host(7))), Why::granted},
      {"a repetition prolongs it",
       quiet(
           {asks(1100, add("yc", host(7))), asks(1101, add("yc", host(7))), lists(1201, "yc", {})}),
       asks(1202, add("rtc", host(7))), Why::inv_held, "yc"},
      {"so does its name, if the host is listed under another",
       quiet({asks(1100, add("yc", host(7, "a"))), lists(1201, "yc", {host(7, "b")})}),
       asks(1202, add("rtc", host(8, "a"))), Why::granted},
      {"both have it: neither is allowed to add it (one)",
       quiet({lists(1050, "yc", {host(7)}), lists(1050, "rtc", {host(7)})}),
       asks(1101, add("rtc", host(7))), Why::inv_held, "yc"},
      {"both have it: neither is allowed to add it (the other)",
       quiet({lists(1050, "yc", {host(7)}), lists(1050, "rtc", {host(7)})}),
       asks(1101, add("yc", host(7))), Why::inv_held, "rtc"},
      {"who does not call is not answered", quiet({}), asks(1101, add("il", host(7))),
       Why::does_not_call},
  };
  return rows;
}

const std::vector<Row>& rename_rows() {
  static const std::vector<Row> rows{
      {"a removal is always accepted", quiet({}), asks(1100, remove("rtc", 7)), Why::noted},
      {"even of what another has, who keeps it",
       quiet({asks(1100, add("yc", host(7))), asks(1101, remove("rtc", 7))}),
       asks(1102, add("rtc", host(7))), Why::inv_held, "yc"},

      {"rename to a free name", quiet({asks(1100, add("rtc", host(7, "a")))}),
       asks(1101, rename("rtc", 7, "b")), Why::granted},
      {"rename of a listed host", quiet({lists(1050, "rtc", {host(7, "a")})}),
       asks(1101, rename("rtc", 7, "b")), Why::granted},
      {"rename to its own name", quiet({asks(1100, add("rtc", host(7, "a")))}),
       asks(1101, rename("rtc", 7, "a")), Why::already_held},
      {"rename of an unknown host", quiet({}), asks(1101, rename("rtc", 7, "b")),
       Why::unknown_host},
      {"rename of another's host", quiet({asks(1100, add("yc", host(7, "a")))}),
       asks(1101, rename("rtc", 7, "b")), Why::inv_held, "yc"},
      {"rename of a host that both have",
       quiet({lists(1050, "yc", {host(7)}), lists(1050, "rtc", {host(7)})}),
       asks(1101, rename("rtc", 7, "b")), Why::inv_held, "yc"},
      {"rename to a name that another was allowed to use",
       quiet({asks(1100, add("rtc", host(7, "a"))), asks(1100, add("yc", host(8, "b")))}),
       asks(1101, rename("rtc", 7, "b")), Why::name_held, "yc"},
      {"rename to a name that another's listing shows",
       quiet({asks(1100, add("rtc", host(7, "a"))), lists(1050, "il", {host(8, "b")})}),
       asks(1101, rename("rtc", 7, "b")), Why::name_held, "il"},
      {"rename of a shadow", quiet({asks(1100, add("rtc", shadow(7, "a")))}),
       asks(1101, rename("rtc", 7, "b")), Why::shadow},
      {"a new name is held",
       quiet({asks(1100, add("rtc", host(7, "a"))), asks(1101, rename("rtc", 7, "b"))}),
       asks(1102, add("yc", host(8, "b"))), Why::name_held, "rtc"},
      {"the old name is, too: nobody knows when the rename happens",
       quiet({asks(1100, add("rtc", host(7, "a"))), asks(1101, rename("rtc", 7, "b"))}),
       asks(1102, add("yc", host(8, "a"))), Why::name_held, "rtc"},
      {"until a listing shows the new one",
       quiet({asks(1100, add("rtc", host(7, "a"))), asks(1101, rename("rtc", 7, "b")),
              lists(1202, "rtc", {host(7, "b")})}),
       asks(1203, add("yc", host(8, "a"))), Why::granted},
      {"a removal gives up all names",
       quiet({asks(1100, add("rtc", host(7, "a"))), asks(1101, rename("rtc", 7, "b")),
              asks(1102, remove("rtc", 7)), asks(1103, add("yc", host(8, "a")))}),
       asks(1104, add("yc", host(9, "b"))), Why::granted},
  };
  return rows;
}

const std::vector<Row>& change_rows() {
  static const std::vector<Row> rows{
      {"change to a free number", quiet({asks(1100, add("rtc", host(7, "a")))}),
       asks(1101, change_inv("rtc", 7, 8)), Why::granted},
      {"once more", quiet({asks(1100, add("rtc", host(7))), asks(1101, change_inv("rtc", 7, 8))}),
       asks(1102, change_inv("rtc", 7, 8)), Why::already_held},
      {"once more after the old number was given up",
       quiet({asks(1100, add("rtc", host(7))), asks(1101, change_inv("rtc", 7, 8)),
              asks(1102, remove("rtc", 7))}),
       asks(1103, change_inv("rtc", 7, 8)), Why::already_held},
      {"change to the number of another own host",
       quiet({asks(1100, add("rtc", host(7))), asks(1100, add("rtc", host(8)))}),
       asks(1101, change_inv("rtc", 7, 8)), Why::inv_taken},
      {"change to another's number",
       quiet({asks(1100, add("rtc", host(7))), asks(1100, add("yc", host(8)))}),
       asks(1101, change_inv("rtc", 7, 8)), Why::inv_held, "yc"},
      {"change of another's host", quiet({asks(1100, add("yc", host(7)))}),
       asks(1101, change_inv("rtc", 7, 8)), Why::inv_held, "yc"},
      {"change of an unknown host", quiet({}), asks(1101, change_inv("rtc", 7, 8)),
       Why::unknown_host},
      {"the new number is held",
       quiet({asks(1100, add("rtc", host(7))), asks(1101, change_inv("rtc", 7, 8))}),
       asks(1102, add("yc", host(8))), Why::inv_held, "rtc"},
      {"the old number is, too",
       quiet({asks(1100, add("rtc", host(7))), asks(1101, change_inv("rtc", 7, 8))}),
       asks(1102, add("yc", host(7))), Why::inv_held, "rtc"},
      {"until it is given up",
       quiet({asks(1100, add("rtc", host(7))), asks(1101, change_inv("rtc", 7, 8)),
              asks(1102, remove("rtc", 7))}),
       asks(1103, add("yc", host(7))), Why::granted},
      {"or a listing is without it",
       quiet({asks(1100, add("rtc", host(7))), asks(1101, change_inv("rtc", 7, 8)),
              lists(1202, "rtc", {host(8)})}),
       asks(1203, add("yc", host(7))), Why::granted},
      {"the name goes along",
       quiet({asks(1100, add("rtc", host(7, "a"))), asks(1101, change_inv("rtc", 7, 8)),
              asks(1102, remove("rtc", 7))}),
       asks(1103, add("yc", host(9, "a"))), Why::name_held, "rtc"},
  };
  return rows;
}

const std::vector<Row>& stale_rows() {
  static const std::vector<Row> rows{
      {"a second before the deadline", quiet({}), asks(1599, add("rtc", host(7))), Why::granted},
      {"at the deadline", quiet({}), asks(1600, add("rtc", host(7))), Why::stale, "yc"},
      {"a second after it", quiet({}), asks(1601, add("rtc", host(7))), Why::stale, "yc"},
      {"whoever was never listed might have it",
       {lists(1000, "rtc", {})},
       asks(1001, add("rtc", host(7))),
       Why::unobserved,
       "yc"},
      {"one's own listing may be stale",
       {lists(1000, "yc", {}), lists(1000, "il", {})},
       asks(1001, add("rtc", host(7, "a"))),
       Why::granted},
      {"another BOT matters for names",
       {lists(1000, "yc", {})},
       asks(1001, add("rtc", host(7, "a"))),
       Why::unobserved,
       "il"},
      {"but not for numbers",
       {lists(1000, "yc", {})},
       asks(1001, add("rtc", host(7))),
       Why::granted},
      {"what a stale listing shows is not known either", quiet({lists(1050, "yc", {host(7)})}),
       asks(1700, add("rtc", host(7))), Why::stale, "yc"},
      {"a permission does not become stale", quiet({asks(1100, add("yc", host(7)))}),
       asks(1700, add("rtc", host(7))), Why::inv_held, "yc"},
      {"what it has already, it has", quiet({asks(1100, add("rtc", host(7)))}),
       asks(1700, add("rtc", host(7))), Why::already_held},
      {"rename waits for the others", quiet({asks(1100, add("rtc", host(7, "a")))}),
       asks(1700, rename("rtc", 7, "b")), Why::stale, "yc"},
      {"so does a change of number", quiet({asks(1100, add("rtc", host(7, "a")))}),
       asks(1700, change_inv("rtc", 7, 8)), Why::stale, "yc"},
      {"a removal does not", quiet({asks(1100, add("rtc", host(7, "a")))}),
       asks(1700, remove("rtc", 7)), Why::noted},
      {"shadows do not", quiet({}), asks(1700, add("rtc", shadow(7, "a"))), Why::shadow},
  };
  return rows;
}

void check_rows(const std::vector<Row>& rows, const Config& config) {
  on_each_database([&](const TestDatabase& database) {
    for (const Row& row : rows) {
      INFO(row.why);
      empty(database);
      auto coordinator = Coordinator::open(database.url, config);
      INFO(coordinator.status());
      REQUIRE(coordinator.ok());
      for (const Step& step : row.before) step.act(**coordinator, t(step.at));
      const Answer answer = row.last.act(**coordinator, t(row.last.at));
      CHECK(name(answer.why) == name(row.expected));
      CHECK(answer.allowed == is_allowed(row.expected));
      CHECK((answer.holder ? answer.holder->installation : "") == row.holder);
      CHECK(answer.entry > 0);
    }
  });
}

TEST_CASE("an installation may add what nobody else has") {
  check_rows(add_rows(), usual_config());
}

TEST_CASE("removals are noted, and new names are refused where others have them") {
  check_rows(rename_rows(), usual_config());
}

TEST_CASE("a new inventory number is refused where another has it, and the old one is kept") {
  check_rows(change_rows(), usual_config());
}

TEST_CASE("while another installation's listing is stale, nobody knows what it has") {
  check_rows(stale_rows(), usual_config());
}

TEST_CASE(
    "an installation whose listing is stale may be passed over where the configuration says so") {
  Config config = usual_config();
  for (Installation& one : config.installations) one.on_stale = OnStale::allow;
  const std::vector<Row> rows{
      {"nobody waits", quiet({}), asks(1700, add("rtc", host(7))), Why::stale_allowed, "yc"},
      {"nor for one that was never listed",
       {},
       asks(1700, add("rtc", host(7))),
       Why::stale_allowed,
       "yc"},
      {"even of what the stale listing shows", quiet({lists(1050, "yc", {host(7)})}),
       asks(1700, add("rtc", host(7))), Why::stale_allowed, "yc"},
      {"but a permission is one", quiet({asks(1100, add("yc", host(7)))}),
       asks(1700, add("rtc", host(7))), Why::inv_held, "yc"},
  };
  check_rows(rows, config);
  config.installations[1].on_stale = OnStale::refuse;
  check_rows({{"one of several for whom others wait", quiet({}),
               asks(1700, add("rtc", host(7, "a"))), Why::stale, "yc"}},
             config);
}

TEST_CASE("on a test stand nobody is allowed anything") {
  Config config = usual_config();
  config.monitor_only = true;
  check_rows({{"not even to remove", quiet({}), asks(1100, remove("rtc", 7)), Why::monitor_only},
              {"nor to add", quiet({}), asks(1100, add("rtc", host(7))), Why::monitor_only}},
             config);
}

TEST_CASE("a refusal says who holds it, since when, and when it was seen") {
  on_each_database([](const TestDatabase& database) {
    auto coordinator = *Coordinator::open(database.url, usual_config());
    for (const char* one : {"rtc", "yc", "il"}) {
      REQUIRE(coordinator->apply_listing(listing(one, t(1000)), t(1000)).ok());
    }
    const auto seen = coordinator->apply_listing({"yc", t(1050), t(1060), {host(7, "a")}}, t(1061));
    REQUIRE(seen.ok());
    const auto answers =
        coordinator->ask({add("rtc", host(7, "b")), add("rtc", host(8, "a"))}, t(1100));
    REQUIRE(answers.ok());
    const Holder expected{.installation = "yc",
                          .inv = 7,
                          .name = "a",
                          .since = t(1060),
                          .seen_poll = seen->poll,
                          .seen_at = t(1060),
                          .stale_at = t(1660)};
    CHECK((*answers)[0].why == Why::inv_held);
    CHECK((*answers)[0].holder == expected);
    CHECK((*answers)[1].why == Why::name_held);
    CHECK((*answers)[1].holder == expected);

    const auto journal = coordinator->journal({.only_refusals = true}, {});
    REQUIRE(journal.ok());
    REQUIRE(journal->elements.size() == 2);
    CHECK(journal->elements[0].number == (*answers)[0].entry);
    CHECK(journal->elements[0].holder == expected);
    CHECK(journal->elements[0].why == Why::inv_held);
    CHECK(journal->elements[0].host == host(7, "b"));
  });
}

TEST_CASE("requests of one call are decided one after the other") {
  on_each_database([](const TestDatabase& database) {
    auto coordinator = *Coordinator::open(database.url, usual_config());
    for (const char* one : {"rtc", "yc", "il"}) {
      REQUIRE(coordinator->apply_listing(listing(one, t(1000)), t(1000)).ok());
    }
    const auto answers =
        coordinator->ask({add("rtc", host(7, "a")), add("yc", host(7, "b")), remove("rtc", 7),
                          add("yc", host(7, "a")), add("rtc", host(8, "a"))},
                         t(1100));
    REQUIRE(answers.ok());
    std::vector<std::string_view> words;
    for (const Answer& answer : *answers) words.push_back(name(answer.why));
    CHECK(words ==
          std::vector<std::string_view>{"granted", "inv_held", "noted", "granted", "name_held"});
  });
}

TEST_CASE("what cannot be asked is refused as a whole, and says what was expected") {
  auto database = make_sqlite();
  auto coordinator = *Coordinator::open(database.url, usual_config());
  struct BadRow {
    const char* why;
    Request request;
    const char* expected;
  };
  Request no_name = rename("rtc", 7, "");
  Request asked_by = add("rtc", host(7));
  asked_by.asked_by = std::string(256, 'x');
  const std::vector<BadRow> rows{
      {"an unknown installation", add("nobody", host(7)), "'nobody' is no installation"},
      {"number 0", add("rtc", host(0)), "inv 0, expected 1 to 1099511627775"},
      {"a number above the last", add("rtc", host(greatest_inv + 1)), "inv 1099511627776"},
      {"a name with a blank", add("rtc", host(7, "a b")), "expected UTF-8 without blanks"},
      {"a name that is no UTF-8", add("rtc", host(7, "a\xff")), "expected UTF-8"},
      {"a name with a zero", add("rtc", host(7, std::string("a\0b", 3))), "expected UTF-8"},
      {"a long name", add("rtc", host(7, std::string(256, 'x'))),
       "256 bytes, expected at most 255"},
      {"a rename to nothing", no_name, "no new_name, expected one"},
      {"a change to number 0", change_inv("rtc", 7, 0), "new_inv 0, expected 1 to"},
      {"a long asker", asked_by, "asked_by of 256 bytes, expected at most 255"},
  };
  for (const BadRow& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const auto answers = coordinator->ask({add("rtc", host(9)), row.request}, t(1100));
      REQUIRE(absl::IsInvalidArgument(answers.status()));
      CHECK_THAT(std::string(answers.status().message()), Catch::Contains(row.expected));
      CHECK(coordinator->journal({}, {})->elements.empty());
    }
  }
  SECTION("the last number and the longest name are well") {
    CHECK(check(host(greatest_inv, std::string(255, 'x'))).ok());
    CHECK(check(host(least_inv)).ok());
  }
}

}  // namespace
}  // namespace vitals::coordinator
