// SPDX-License-Identifier: Apache-2.0
// A fleet by numbers: outcomes of everything, changes, counts, limits. fleet_test.cc has it by
// name.
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <array>
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "fleet/fleet_store.h"
#include "fleet_events.h"
#include "test_time.h"
#include "vitals/fleet.h"

namespace vitals {
namespace {

constexpr std::int64_t start = 1'000'000;

// A fleet after random events, and the second of the last.
struct Grown {
  Fleet fleet{random_policy(), {.reuse_ids = *rc::gen::arbitrary<bool>()}};
  std::int64_t now = start;
  RandomEvents events;
  std::map<std::string, std::array<std::string, 2>> stated;  // switch and rack, by host
  std::map<std::string, std::set<std::string>> places_of;

  void grow(int most) {
    for (int i = *rc::gen::inRange(1, most); i > 0; --i) {
      now += *rc::gen::element<std::int64_t>(0, 0, 1, 7, 60, 300);
      const Event event = events.next(now);
      if (fleet.apply(event).ok()) follow(event);
      if (*rc::gen::inRange(0, 4) == 0) advance();
    }
  }
  // Who is behind which switch and rack, in the plainest way.
  void follow(const Event& event) {
    const std::string host(event.host);
    if (event.type == EventType::rename) {
      auto moved = stated.extract(host);
      stated.erase(std::string(event.to));
      if (!moved.empty()) {
        moved.key() = event.to;
        stated.insert(std::move(moved));
      }
    }
    if (event.type == EventType::remove) stated.erase(host);
    if (event.type == EventType::host) {
      for (const auto& [place, name] :
           {std::pair(0U, event.on_switch), std::pair(1U, event.in_rack)}) {
        if (name.says != Place::Says::nothing) stated[host][place] = name.name;
      }
    }
    places_of.clear();
    for (const auto& [name, places] : stated) {
      for (const std::string& place : places) {
        if (!place.empty()) places_of[name].insert(place);
      }
    }
  }
  void advance() {
    fleet.visit_changes(t(now), [](const CheckChange&) {});
  }
};

std::size_t index_of(const Fleet& fleet, std::uint32_t owner, std::string_view check) {
  std::size_t slot = 0;
  bool of_place = false;
  std::size_t host_checks = 0;
  std::size_t place_checks = 0;
  for (const auto& [name, policy] : fleet.policy().checks) {
    std::size_t& count = is_infrastructure(policy.kind) ? place_checks : host_checks;
    if (name == check) {
      slot = count;
      of_place = is_infrastructure(policy.kind);
    }
    ++count;
  }
  return owner * (of_place ? place_checks : host_checks) + slot;
}

// The outcomes at `now`, one by one from the scalar verdicts.
JudgedFleet one_by_one(Fleet& fleet, std::int64_t now, const JudgedFleet& like) {
  JudgedFleet out;
  out.hosts.resize(like.hosts.size());
  out.places.resize(like.places.size());
  fleet.judge_all(t(now), [&](const VerdictLine& line) {
    const Outcome outcome(line.status, line.verdict.excluded_by);
    const bool of_place = line.check == "netmon" || line.check == "rack";
    const std::uint32_t owner =
        of_place ? *fleet.find_place(line.host) : *fleet.find_host(line.host);
    (of_place ? out.places : out.hosts)[index_of(fleet, owner, line.check)] = outcome;
  });
  return out;
}

TEST_CASE("Judging everything gives what judging one by one gives, whenever it is asked") {
  rc::prop("for random fleets and moments before, at and after the last event", [] {
    Grown grown;
    grown.grow(60);
    const std::int64_t asked = grown.now + *rc::gen::inRange(-500, 1500);
    JudgedFleet all;
    grown.fleet.judge(t(asked), all, *rc::gen::element(1U, 2U, 3U));
    const JudgedFleet expected = one_by_one(grown.fleet, asked, all);
    RC_ASSERT(all.hosts == expected.hosts);
    RC_ASSERT(all.places == expected.places);
    std::vector<std::uint64_t> counts;
    grown.fleet.judge(t(asked), counts);
    RC_ASSERT(counts.size() == (all.hosts.size() + 63) / 64);
    for (std::size_t i = 0; i < counts.size() * 64; ++i) {
      const bool bit = (counts[i / 64] >> i % 64 & 1U) != 0;
      RC_ASSERT(bit == (i < all.hosts.size() && all.hosts[i].counts()));
    }
  });
}

TEST_CASE("The changes visited are the differences of judging everything every second") {
  rc::prop("for random fleets", [] {
    Grown grown;
    JudgedFleet before;
    for (int i = *rc::gen::inRange(1, 30); i > 0; --i) {
      const std::int64_t until = grown.now + *rc::gen::element<std::int64_t>(0, 1, 7, 60, 300);
      for (; grown.now <= until; ++grown.now) {
        if (grown.now == until) grown.events.apply(grown.fleet, grown.now);
        JudgedFleet after;
        grown.fleet.judge(t(grown.now), after);
        before.hosts.resize(after.hosts.size());
        before.places.resize(after.places.size());
        grown.fleet.visit_changes(t(grown.now), [&](const CheckChange& change) {
          RC_ASSERT(change.time == t(grown.now));
          std::vector<Outcome>& outcomes = change.check.of_place ? before.places : before.hosts;
          const std::size_t index =
              index_of(grown.fleet, change.check.owner, grown.fleet.check_name(change.check.check));
          // Of a host that is gone, or has another name now, nothing was told yet.
          RC_ASSERT(change.before == outcomes[index] || !change.before.has_verdict());
          outcomes[index] = change.after;
        });
        // Nothing is told of what is gone.
        for (std::size_t host = 0; host < before.hosts.size(); ++host) {
          if (!after.hosts[host].has_verdict()) before.hosts[host] = Outcome{};
        }
        RC_ASSERT(before.hosts == after.hosts);
        RC_ASSERT(before.places == after.places);
      }
    }
  });
}

TEST_CASE("Nothing changes before the next change that a fleet names") {
  rc::prop("for random fleets", [] {
    Grown grown;
    grown.grow(40);
    grown.advance();
    const std::optional<Timestamp> next = grown.fleet.next_change();
    const bool is_ahead = !next || *next > t(grown.now);
    RC_ASSERT(is_ahead);  // as one expression, rapidcheck would evaluate both sides
    JudgedFleet present;
    grown.fleet.judge(t(grown.now), present);
    const std::int64_t last = next ? next->time_since_epoch().count() - 1 : grown.now + 5000;
    for (const std::int64_t moment : {grown.now + 1, last, (grown.now + last) / 2}) {
      JudgedFleet later;
      if (moment <= grown.now || moment > last) continue;
      grown.fleet.judge(t(moment), later);
      RC_ASSERT(later.hosts == present.hosts);
      RC_ASSERT(later.places == present.places);
    }
  });
}

TEST_CASE("Counts are what counting every outcome gives, by kind, switch and rack") {
  rc::prop("for random fleets", [] {
    Grown grown;
    grown.grow(60);
    grown.advance();
    std::map<std::string, CheckCounts> expected;
    const auto count = [&](const std::string& under, const VerdictLine& line) {
      CheckCounts& counts = expected[under];
      ++counts.checks;
      counts.counting += line.verdict.counts();
      line.verdict.excluded_by.for_each(
          [&](Reason reason) { ++counts.excluded_by[static_cast<std::size_t>(reason)]; });
    };
    grown.fleet.judge_all(t(grown.now), [&](const VerdictLine& line) {
      const Kind kind = grown.fleet.policy().checks.at(std::string(line.check)).kind;
      count("kind " + std::string(name(kind)), line);
      if (is_infrastructure(kind)) return;
      for (const std::string& place : grown.places_of[std::string(line.host)]) {
        count("place " + place, line);
      }
    });
    for (const std::string_view kind : kind_names) {
      RC_ASSERT(grown.fleet.counts(*parse_kind(kind)) == expected["kind " + std::string(kind)]);
    }
    for (const std::string place : {"s1", "s2", "r1"}) {
      const CheckCounts counted = grown.fleet.counts(place).value_or(CheckCounts{});
      RC_ASSERT(counted == expected["place " + place]);
    }
  });
}

TEST_CASE("The counts of a switch and a rack follow the hosts behind them") {
  Fleet fleet{PolicySet{}};
  const auto counting = [&](const char* place) {
    fleet.visit_changes(t(10'000), [](const CheckChange&) {});
    const std::optional<CheckCounts> counts = fleet.counts(place);
    return counts ? std::to_string(counts->counting) + " of " + std::to_string(counts->checks) +
                        ", unknown " + std::to_string(counts->of(Reason::infrastructure_unknown))
                  : "none";
  };
  CHECK(counting("s1") == "none");
  apply(fleet,
        {placed(10'000, "h1", "s1", "r1"), placed(10'000, "h2", "s1", "r2"),
         check(10'000, "h1", "link"), check(10'000, "h1", "ssh"), check(10'000, "h2", "link")});
  CHECK(counting("s1") == "2 of 3, unknown 1");
  CHECK(counting("r1") == "1 of 2, unknown 1");
  CHECK(counting("r2") == "1 of 1, unknown 0");
  apply(fleet, {check(10'000, "s1", "netmon"), check(10'000, "r1", "rack")});
  CHECK(counting("s1") == "3 of 3, unknown 0");
  apply(fleet, {placed(10'000, "h1", "s2", "r1")});
  CHECK(counting("s1") == "1 of 1, unknown 0");
  CHECK(counting("s2") == "1 of 2, unknown 1");
  apply(fleet, {fact(EventType::remove, 10'000, "h2")});
  CHECK(counting("s1") == "0 of 0, unknown 0");
  CHECK(counting("r2") == "0 of 0, unknown 0");
  apply(fleet, {fact(EventType::rename, 10'000, "h1", "h9")});
  CHECK(counting("s2") == "0 of 5, unknown 0");  // what is required is awaited under the new name
}

TEST_CASE("A host keeps its number through a rename, and nobody else gets it") {
  Fleet fleet{PolicySet{}};
  apply(fleet, {check(1000, "a", "link"), check(1000, "b", "link")});
  CHECK(fleet.find_host("a") == HostId{0});
  CHECK(fleet.find_host("b") == HostId{1});
  CHECK_FALSE(fleet.find_host("c"));
  apply(fleet, {fact(EventType::rename, 1001, "a", "c")});
  CHECK(fleet.find_host("c") == HostId{0});
  CHECK_FALSE(fleet.find_host("a"));
  apply(fleet, {fact(EventType::remove, 1002, "c"), fact(EventType::assign, 1002, "d")});
  CHECK(fleet.find_host("d") == HostId{2});
  CHECK(fleet.host_count() == 3);
  CHECK(fleet.owner_name({.owner = 2}) == "d");
}

TEST_CASE("A fleet that may give numbers again does not grow as hosts come and go") {
  Fleet fleet{PolicySet{}, {.reuse_ids = true}};
  const auto cycle = [&](std::int64_t second) {
    apply(fleet, {fact(EventType::assign, second, "h"), check(second, "h", "ssh"),
                  fact(EventType::rename, second, "h", "i"), check(second, "i", "ssh"),
                  fact(EventType::remove, second, "i")});
  };
  for (std::int64_t second = 1000; second < 2000; ++second) cycle(second);
  const std::uint64_t use = fleet.memory_use().total();
  for (std::int64_t second = 2000; second < 20'000; ++second) cycle(second);
  CHECK(fleet.memory_use().total() == use);
  CHECK(fleet.host_count() == 1);
}

TEST_CASE("A moment that 32 bits do not hold is refused, not wrapped into another") {
  Fleet fleet{PolicySet{}};
  const auto code = [&](const Report& report) {
    const Event event{.time = t(5000), .host = "h1", .service = "memory", .report = report};
    return fleet.apply(event).code();
  };
  constexpr std::int64_t beyond = 4'294'967'296;
  const Report good{.status_mtime = t(0), .receive_time = t(5000)};
  const auto with = [&](auto&& change) {
    Report report = good;
    change(report);
    return report;
  };
  for (const std::int64_t second : {std::int64_t{-1}, beyond}) {
    CHECK(code(with([&](Report& r) { r.status_mtime = t(second); })) ==
          absl::StatusCode::kOutOfRange);
    CHECK(code(with([&](Report& r) { r.metadata_timestamp = t(second); })) ==
          absl::StatusCode::kOutOfRange);
  }
  CHECK(code(with([&](Report& r) { r.receive_time = t(beyond + 5000); })) ==
        absl::StatusCode::kInvalidArgument);
  CHECK(code(with([&](Report& r) { r.receive_time = t(-1); })) == absl::StatusCode::kOutOfRange);
  CHECK(code(with([&](Report& r) { r.receive_time = t(5001); })) ==
        absl::StatusCode::kInvalidArgument);
  CHECK(fleet.host_count() == 0);
  REQUIRE(code(with([&](Report& r) { r.status_mtime = t(beyond - 1); })) == absl::StatusCode::kOk);
  const CheckRef ref{*fleet.find_host("h1"), 6, false};
  REQUIRE(fleet.check_name(ref.check) == "memory");
  CHECK(fleet.receive(ref, good).ok());
  CHECK(fleet.receive(ref, with([&](Report& r) { r.status_mtime = t(-1); })).code() ==
        absl::StatusCode::kOutOfRange);
  CHECK(fleet.counters().events == 2);
}

TEST_CASE(
    "Behind the last moment that can be stated nothing is visited, and all are judged alike") {
  Fleet fleet{PolicySet{}};
  const std::int64_t last = 4'294'967'295;
  apply(fleet, {check(last - 100, "h1", "link", Status::ok, last - 1000)});
  std::uint64_t changes = 0;
  fleet.visit_changes(distant_future, [&](const CheckChange&) { ++changes; });
  CHECK(changes == 1);
  CHECK_FALSE(fleet.next_change());
  for (const std::int64_t now : {last, last + 1, last + 5000}) {
    JudgedFleet all;
    fleet.judge(t(now), all);
    CHECK(all.hosts == one_by_one(fleet, now, all).hosts);
  }
}

TEST_CASE("A full fleet takes all that adds nothing to it") {
  PolicySet policy;
  policy.checks = {{"a", {.kind = Kind::passive, .period = Seconds{300}}},
                   {"netmon", {.kind = Kind::netmon}},
                   {"rack", {.kind = Kind::rack}}};
  Fleet fleet{policy, {.most_checks = 4}};  // four hosts, two switches and racks
  apply(fleet, {placed(1000, "h1", "s1", "r1"), check(1000, "h2", "a"), check(1000, "h3", "a"),
                check(1000, "h4", "a"), fact(EventType::rename, 1000, "h4", "h5")});
  const auto code = [&](const Event& event) { return fleet.apply(event).code(); };
  CHECK(code(check(1001, "s1", "netmon")) == absl::StatusCode::kOk);
  CHECK(code(check(1001, "r1", "rack")) == absl::StatusCode::kOk);
  CHECK(code(check(1001, "h4", "a")) == absl::StatusCode::kOk);      // a retired name
  CHECK(code(check(1001, "h9", "other")) == absl::StatusCode::kOk);  // an unknown service
  CHECK(code(check(1001, "h1", "a")) == absl::StatusCode::kOk);
  CHECK(code(fact(EventType::remove, 1001, "h9")) == absl::StatusCode::kNotFound);
  CHECK(code(check(1001, "h9", "a")) == absl::StatusCode::kResourceExhausted);
  CHECK(code(check(1001, "s2", "netmon")) == absl::StatusCode::kResourceExhausted);
  CHECK(code(placed(1001, "h1", "s1", "r2")) == absl::StatusCode::kResourceExhausted);
  CHECK(code(placed(1001, "h1", "r1", "s1")) == absl::StatusCode::kOk);
  CHECK(fleet.counters().retired == 1);
  CHECK(fleet.counters().unknown_service == 1);
  CHECK(fleet.place_count() == 2);
}

TEST_CASE("A full fleet lets wait what adds nothing to it") {
  PolicySet policy;
  policy.checks = {{"a", {.kind = Kind::passive, .period = Seconds{300}}},
                   {"netmon", {.kind = Kind::netmon}}};
  FleetStore store{policy, {.most_checks = 1}};
  for (const Event& event : {check(2000, "h1", "a"), check(2000, "s1", "netmon")}) {
    REQUIRE(store.apply(event).ok());
  }
  REQUIRE(store.apply(fact(EventType::rename, 2000, "h1", "h2")).ok());
  REQUIRE(store.apply(check(2000, "h2", "a")).ok());
  // Of these, nothing is known before they are taken in.
  for (const Event& late : {check(1000, "h2", "a"), check(1000, "s1", "netmon"),
                            check(1000, "h1", "a"), check(1000, "h2", "a")}) {
    REQUIRE(store.apply(late).ok());
  }
  CHECK(store.counters.out_of_date == 0);
  CHECK(store.counters.retired == 0);
  store.settle();
  CHECK(store.counters.out_of_date == 3);
  CHECK(store.counters.retired == 1);
}

TEST_CASE("What waits takes room as what was taken in does") {
  PolicySet policy;
  policy.checks = {{"a", {.kind = Kind::passive, .period = Seconds{300}}},
                   {"netmon", {.kind = Kind::netmon}}};
  struct Row {
    const char* why;
    Event event;
    bool has_room;
  };
  const Row rows[] = {
      {"a host that waits", check(1000, "h2", "a"), true},
      {"one host more", check(1000, "h3", "a"), false},
      {"one host more, assigned", fact(EventType::assign, 1000, "h3"), false},
      {"a host of the name of a switch", check(1000, "s1", "a"), false},
      {"a switch that waits", check(1000, "s2", "netmon"), true},
      {"one switch more", check(1000, "s3", "netmon"), false},
      {"a switch of the name of a host", check(1000, "h1", "netmon"), false},
      {"a host on switches that wait", placed(1000, "h2", "s1", "s2"), true},
      {"a host on one switch more", placed(1000, "h2", "s1", "s3"), false},
      {"an unknown service", check(1000, "h3", "b"), true},
  };
  const bool switch_is_last = GENERATE(true, false);
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why << (switch_is_last ? ", a switch is last" : ", a host is last")) {
      Fleet fleet{policy, {.most_checks = 2}};
      apply(fleet, {check(1000, "h1", "a"), check(1000, "s1", "netmon")});
      const Event host = check(1000, "h2", "a");
      const Event place = check(1000, "s2", "netmon");
      apply(fleet, {switch_is_last ? host : place, switch_is_last ? place : host});
      CHECK(fleet.apply(row.event).code() ==
            (row.has_room ? absl::StatusCode::kOk : absl::StatusCode::kResourceExhausted));
      CHECK(fleet.host_count() == 2);
      CHECK(fleet.place_count() == 2);
    }
  }
}

TEST_CASE("A switch and a rack of one name take the room of one") {
  PolicySet policy;
  policy.checks = {{"netmon", {.kind = Kind::netmon}}};
  Fleet fleet{policy, {.most_checks = 2}};
  apply(fleet, {placed(1000, "h1", "p1", "p1")});
  CHECK(fleet.place_count() == 1);
  CHECK(fleet.apply(placed(1000, "h1", "p2", "p3")).code() == absl::StatusCode::kResourceExhausted);
  CHECK(fleet.apply(placed(1000, "h1", "p2", "p2")).ok());
  CHECK(fleet.apply(placed(1000, "h1", "p3", "p3")).code() == absl::StatusCode::kResourceExhausted);
}

TEST_CASE("A policy of more checks than numbers is refused") {
  PolicySet policy{.constants = {}, .checks = {}, .origins = {}};
  for (int i = 0; i < 65'536; ++i) {
    policy.checks["c" + std::to_string(i)] = {.kind = Kind::passive, .period = Seconds{300}};
  }
  CHECK_THROWS_AS(Fleet(policy), std::length_error);
  policy.checks.erase("c0");
  CHECK(Fleet(policy).checks_a_host() == 65'535);
}

TEST_CASE("Several threads judge a fleet that is large enough for each of them") {
  Fleet fleet{PolicySet{}};
  std::vector<std::string> names;
  for (int i = 0; i < 2500; ++i) names.push_back("h" + std::to_string(i));
  for (std::size_t i = 0; i < names.size(); ++i) {
    apply(fleet, {check(1000 + static_cast<std::int64_t>(i) / 10, names[i], "link",
                        i % 3 == 0 ? Status::crit : Status::ok)});
  }
  fleet.visit_changes(t(1500), [](const CheckChange&) {});
  for (const std::int64_t now : {1200, 1500, 1750}) {  // before, at, and behind the last advance
    JudgedFleet one;
    JudgedFleet three;
    std::vector<std::uint64_t> bits_of_one;
    std::vector<std::uint64_t> bits_of_three;
    fleet.judge(t(now), one, 1);
    fleet.judge(t(now), three, 3);
    fleet.judge(t(now), bits_of_one, 1);
    fleet.judge(t(now), bits_of_three, 3);
    CHECK(one.hosts == three.hosts);
    CHECK(bits_of_one == bits_of_three);
    CHECK(one.hosts == one_by_one(fleet, now, one).hosts);
  }
}

TEST_CASE("Beyond a limit an event is an error, and the fleet is as it was") {
  PolicySet policy;
  policy.checks = {{"a", {.kind = Kind::passive, .period = Seconds{300}}},
                   {"b", {.kind = Kind::passive, .period = Seconds{300}}}};
  Fleet fleet{policy, {.most_checks = 5}};
  apply(fleet, {check(1000, "h1", "a"), check(1000, "h2", "a")});
  const auto code = [&](const Event& event) { return fleet.apply(event).code(); };
  CHECK(code(check(1000, "h3", "a")) == absl::StatusCode::kResourceExhausted);
  CHECK(code(fact(EventType::assign, 1000, "h3")) == absl::StatusCode::kResourceExhausted);
  CHECK(code(check(1000, "h2", "b")) == absl::StatusCode::kOk);
  CHECK(code(fact(EventType::rename, 1000, "h2", "h3")) == absl::StatusCode::kOk);
  CHECK(code(check(1000, "", "a")) == absl::StatusCode::kInvalidArgument);
  CHECK(code(fact(EventType::rename, 1000, "h3", "")) == absl::StatusCode::kInvalidArgument);
  CHECK(code(check(1000, std::string(256, 'x'), "a")) == absl::StatusCode::kInvalidArgument);
  CHECK(code(placed(1000, "h1", "", "r1")) == absl::StatusCode::kInvalidArgument);
  CHECK(code(placed(1000, "h1", "s1", "")) == absl::StatusCode::kInvalidArgument);
  CHECK(code({.time = earliest_accepted - Seconds{1}, .host = "h1", .service = "a"}) ==
        absl::StatusCode::kOutOfRange);
  CHECK(code({.time = latest_accepted + Seconds{1}, .host = "h1", .service = "a"}) ==
        absl::StatusCode::kOutOfRange);
  CHECK(fleet.counters().events == 4);
  CHECK(fleet.host_count() == 2);
  CHECK(fleet.find_host("h3") == HostId{1});
}

TEST_CASE("One host is told in full") {
  Fleet fleet{PolicySet{}};
  apply(fleet, {check(1000, "h1", "link", Status::crit), check(1000, "s1", "netmon")});
  std::string said;
  const auto say = [&](const VerdictLine& line) { append_json(said, line); };
  CHECK(fleet.verdict("h1", "link", t(1000), say));
  CHECK(said ==
        R"({"time":1000,"host":"h1","check":"link","status":"CRIT","counts":true,"excluded_by":[],)"
        R"("blocked_by":[],"window":[null,1600],"next_change":1600})");
  CHECK(fleet.verdict("s1", "netmon", t(1000), say));
  CHECK_FALSE(fleet.verdict("h1", "ssh", t(1000), say));
  CHECK_FALSE(fleet.verdict("h1", "shs", t(1000), say));
  CHECK_FALSE(fleet.verdict("h2", "link", t(1000), say));
  said.clear();
  CHECK(fleet.health("h1", t(1000), [&](const HostLine& line) { append_json(said, line); }));
  CHECK(said.find(R"("state":"failing","failing":["link"])") != std::string::npos);
  CHECK_FALSE(fleet.health("s1", t(1000), [](const HostLine&) {}));
}

}  // namespace
}  // namespace vitals
