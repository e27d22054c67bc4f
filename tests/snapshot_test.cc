// SPDX-License-Identifier: Apache-2.0
// A fleet that was saved and opened again is the fleet that it was; whatever is no such file is
// refused; whoever is killed while saving leaves the old file or the new one.
#include <rapidcheck.h>
#include <rapidcheck/catch.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <string>
#include <vector>

#include "file/atomic_file.h"
#include "fleet_events.h"
#include "program.h"
#include "test_time.h"
#include "vitals/fleet.h"

namespace vitals {
namespace {

std::string everything(Fleet& fleet, std::int64_t now) {
  std::string out;
  fleet.judge_all(t(now), [&](const VerdictLine& line) {
    append_json(out, line);
    out += '\n';
  });
  return out;
}

std::string changes(Fleet& fleet, std::int64_t now) {
  std::string out;
  fleet.advance(t(now), [&](const VerdictLine& line) {
    append_json(out, line);
    out += '\n';
  });
  return out;
}

Fleet reopened(const std::string& path, const PolicySet& policy, const FleetOptions& options = {}) {
  absl::StatusOr<Fleet> fleet = Fleet::open(path, policy, options);
  INFO(fleet.status());
  REQUIRE(fleet.ok());
  return *std::move(fleet);
}

std::string refusal(const std::string& path, const PolicySet& policy = {}) {
  const absl::Status status = Fleet::open(path, policy).status();
  return status.ok() ? "opened" : std::string(status.message());
}

// A small fleet with something of everything.
void fill(Fleet& fleet) {
  apply(fleet, {placed(1000, "h1", "s1", "r1"), fact(EventType::assign, 1000, "h2"),
                check(1000, "h1", "ssh"), check(1000, "s1", "netmon"),
                check(1001, "h3", "link", Status::crit), fact(EventType::rename, 1002, "h3", "h4"),
                check(1003, "h1", "memory"), fact(EventType::remove, 1004, "h4"),
                fact(EventType::manipulation_begin, 1005, "h1")});
}

TEST_CASE("A fleet that was saved goes on as one that was not", "[snapshot]") {
  const TemporaryFolder folder;
  rc::prop("for random fleets, at any point of their lives", [&] {
    const PolicySet policy = random_policy();
    const FleetOptions options{.reuse_ids = *rc::gen::arbitrary<bool>()};
    Fleet one(policy, options);
    RandomEvents events;
    std::int64_t now = 1'000'000;
    for (int i = *rc::gen::inRange(0, 40); i > 0; --i) {
      now += *rc::gen::element<std::int64_t>(0, 0, 1, 60, 300);
      events.apply(one, now);
      if (*rc::gen::inRange(0, 4) == 0) changes(one, now);
    }
    const std::string path = folder.path("fleet");
    RC_ASSERT(one.save(path).ok());
    Fleet other = reopened(path, policy, options);
    RC_ASSERT(everything(one, now) == everything(other, now));
    for (const std::string_view kind : kind_names) {
      RC_ASSERT(one.counts(*parse_kind(kind)) == other.counts(*parse_kind(kind)));
    }
    RC_ASSERT(one.next_change() == other.next_change());
    RC_ASSERT(one.host_count() == other.host_count());
    RC_ASSERT(one.counters().events == other.counters().events);
    for (int i = *rc::gen::inRange(0, 20); i > 0; --i) {
      now += *rc::gen::element<std::int64_t>(0, 1, 60, 300);
      const Event event = events.next(now);
      RC_ASSERT(one.apply(event).ok() == other.apply(event).ok());
      if (*rc::gen::arbitrary<bool>()) RC_ASSERT(changes(one, now) == changes(other, now));
    }
    RC_ASSERT(changes(one, now + 2000) == changes(other, now + 2000));
    for (const char* place : {"s1", "s2", "r1"}) {
      RC_ASSERT(one.counts(place) == other.counts(place));
    }
  });
}

TEST_CASE("A snapshot that was cut or changed anywhere is refused", "[snapshot]") {
  const TemporaryFolder folder;
  PolicySet policy;
  policy.checks = {{"link", {.kind = Kind::passive, .period = Seconds{300}}},
                   {"netmon", {.kind = Kind::netmon}},
                   {"ssh", {.kind = Kind::active, .period = Seconds{60}, .required = true}}};
  Fleet fleet(policy);
  fill(fleet);
  const std::string path = folder.path("fleet");
  REQUIRE(fleet.save(path).ok());
  const std::string whole = folder.read("fleet");
  CHECK(refusal(path, policy) == "opened");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::string cut = folder.write("cut", whole.substr(0, size));
    REQUIRE(refusal(cut, policy).rfind(cut + ": ", 0) == 0);
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int bit : {0, 7}) {
      std::string changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
      const std::string file = folder.write("changed", changed);
      INFO("byte " << at);
      REQUIRE(refusal(file, policy).rfind(file + ": ", 0) == 0);
    }
  }
  CHECK(refusal(folder.write("longer", whole + "x"), policy) ==
        folder.path("longer") + ": a damaged snapshot: it has " + std::to_string(whole.size() + 1) +
            " bytes, expected " + std::to_string(whole.size()));
}

TEST_CASE("What is no snapshot, or one of other checks, is told so", "[snapshot]") {
  const TemporaryFolder folder;
  CHECK_THAT(refusal(folder.path("none")), Catch::Contains("none: cannot be opened"));
  CHECK_THAT(refusal("/tmp"), Catch::Contains("/tmp: no snapshot of a fleet"));
  CHECK_THAT(refusal("/dev/null"), Catch::Contains("no snapshot of a fleet"));
  CHECK_THAT(refusal(folder.write("text", std::string(1000, 'x'))),
             Catch::Contains("text: no snapshot of a fleet: it does not begin as one"));
  CHECK_THAT(refusal(folder.write("empty", "")), Catch::Contains("too short"));
  Fleet fleet{PolicySet{}};
  fill(fleet);
  const std::string path = folder.path("fleet");
  REQUIRE(fleet.save(path).ok());
  PolicySet fewer;
  fewer.checks.erase("ssh");
  CHECK_THAT(refusal(path, fewer), Catch::Contains("a snapshot of other checks: it has 'ssh' "
                                                   "(active) where the policy has none"));
  PolicySet other;
  other.checks["link"].kind = Kind::active;
  CHECK_THAT(refusal(path, other),
             Catch::Contains("it has 'link' (passive) where the policy has 'link' (active)"));
  std::string newer = folder.read("fleet");
  newer[8] = 2;
  CHECK_THAT(refusal(folder.write("newer", newer)),
             Catch::Contains("newer: a snapshot of version 2, this program reads 1"));
}

TEST_CASE("Under a policy with other numbers everything is looked at anew", "[snapshot]") {
  const TemporaryFolder folder;
  Fleet fleet{PolicySet{}};
  apply(fleet, {check(1000, "h1", "link"), placed(1000, "h2", "s", "r"), check(1000, "h2", "ssh"),
                check(1000, "s", "netmon"), check(1000, "r", "rack")});
  changes(fleet, 1100);
  const std::string path = folder.path("fleet");
  REQUIRE(fleet.save(path).ok());
  Fleet same = reopened(path, PolicySet{});
  CHECK(changes(same, 1100).empty());
  PolicySet hasty;
  hasty.constants.juggler.push_period = Seconds{50};
  hasty.constants.netmon.fetch_period = Seconds{50};
  Fleet hurried = reopened(path, hasty);
  const std::string told = changes(hurried, 1100);
  for (const char* check : {"\"link\"", "\"ssh\"", "\"netmon\"", "\"rack\""}) {
    CHECK_THAT(told, Catch::Contains(check));
  }
  CHECK(everything(hurried, 1100) == told);
}

TEST_CASE("Under a policy that requires other checks hosts are told anew", "[snapshot]") {
  const TemporaryFolder folder;
  PolicySet strict;
  strict.checks = {{"p", {.kind = Kind::passive, .period = Seconds{300}, .required = true}},
                   {"q", {.kind = Kind::passive, .period = Seconds{300}}}};
  PolicySet lax = strict;
  lax.checks["p"].required = false;
  lax.checks["q"].required = true;
  Fleet fleet{strict};
  apply(fleet, {fact(EventType::assign, 1000, "h1"), check(1000, "h1", "q")});
  std::string states;
  const auto tell = [&](Fleet& of, std::int64_t now) {
    states.clear();
    of.advance_hosts(t(now), [&](const HostLine& line) { states += name(line.state); });
  };
  tell(fleet, 1100);
  CHECK(states == "undecided");
  const std::string path = folder.path("fleet");
  REQUIRE(fleet.save(path).ok());
  Fleet opened = reopened(path, lax);
  tell(opened, 1100);
  CHECK(states == "healthy");
  CHECK(opened.counts(Kind::passive).checks == 1);  // nobody waits for p any more
  JudgedFleet all;
  opened.judge(t(1100), all);
  CHECK_FALSE(all.hosts[0].has_verdict());
  tell(opened, 1200);
  CHECK(states.empty());
}

TEST_CASE("A fleet of the first second is looked at anew, too", "[snapshot]") {
  const TemporaryFolder folder;
  Fleet fleet{PolicySet{}};
  apply(fleet, {check(0, "h1", "link")});
  changes(fleet, 0);
  REQUIRE(fleet.save(folder.path("fleet")).ok());
  PolicySet hasty;
  hasty.constants.juggler.push_period = Seconds{1};
  Fleet opened = reopened(folder.path("fleet"), hasty);
  CHECK_THAT(changes(opened, 5), Catch::Contains("stale") && Catch::Contains("expired"));
}

TEST_CASE("Numbers are given again only by a fleet that may", "[snapshot]") {
  const TemporaryFolder folder;
  for (const bool saved_with : {false, true}) {
    for (const bool opened_with : {false, true}) {
      CAPTURE(saved_with, opened_with);
      Fleet fleet{PolicySet{}, {.reuse_ids = saved_with}};
      apply(fleet, {fact(EventType::assign, 1000, "h1"), fact(EventType::assign, 1000, "h2"),
                    fact(EventType::remove, 1000, "h1")});
      REQUIRE(fleet.save(folder.path("fleet")).ok());
      Fleet opened = reopened(folder.path("fleet"), PolicySet{}, {.reuse_ids = opened_with});
      apply(opened, {fact(EventType::assign, 1001, "h3")});
      CHECK(opened.find_host("h3") == (opened_with ? HostId{0} : HostId{2}));
    }
  }
}

TEST_CASE("A sound snapshot of a policy that no file can state is not called damaged",
          "[snapshot]") {
  const TemporaryFolder folder;
  PolicySet policy;
  policy.constants.juggler.push_period = std::chrono::hours{24 * 400};
  Fleet fleet{policy};
  fill(fleet);
  REQUIRE(fleet.save(folder.path("fleet")).ok());
  CHECK_THAT(refusal(folder.path("fleet")), Catch::Contains("one that no file can state"));
  CHECK(refusal(folder.path("fleet"), policy) == "opened");
}

TEST_CASE("Under a policy with other numbers what is said again is looked at, too", "[snapshot]") {
  const TemporaryFolder folder;
  Fleet fleet{PolicySet{}};
  apply(fleet, {fact(EventType::assign, 1000, "h1"), fact(EventType::manipulation_end, 1000, "h1"),
                check(2300, "h1", "link")});
  CHECK_THAT(changes(fleet, 2300), Catch::Contains(R"("counts":true)"));
  const std::string path = folder.path("fleet");
  REQUIRE(fleet.save(path).ok());
  PolicySet cautious;
  cautious.constants.juggler.overhead = Seconds{3600};
  Fleet other = reopened(path, cautious);
  apply(other, {check(2310, "h1", "link")});
  CHECK_THAT(changes(other, 2310), Catch::Contains("precedes_manipulation"));
}

TEST_CASE("Whoever is killed while saving leaves the old file or the new one", "[snapshot]") {
  const TemporaryFolder folder;
  const std::string path = folder.path("fleet");
  Fleet old{PolicySet{}};
  apply(old, {check(1000, "old", "link")});
  Fleet young{PolicySet{}};
  fill(young);
  bool finished = false;
  int kills = 0;
  for (int step = 1; !finished; ++step) {
    REQUIRE(old.save(path).ok());
    const pid_t child = fork();
    if (child == 0) {
      int left = step;
      AtomicFile::before_step = [&] {
        if (--left == 0) _exit(9);
      };
      _exit(young.save(path).ok() ? 0 : 1);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    finished = WEXITSTATUS(status) == 0;
    kills += finished ? 0 : 1;
    Fleet found = reopened(path, PolicySet{});
    const bool is_old = found.find_host("old").has_value();
    const bool is_young = found.find_host("h1").has_value();
    CHECK(is_old != is_young);
    if (finished) CHECK(is_young);
  }
  CHECK(kills > 20);  // each section is a step of its own
}

TEST_CASE("One save at a time, and what a killed one left is written over", "[snapshot]") {
  const TemporaryFolder folder;
  const std::string path = folder.path("fleet");
  Fleet fleet{PolicySet{}};
  fill(fleet);
  folder.write("fleet.new", std::string(100'000, 'x'));
  REQUIRE(fleet.save(path).ok());
  CHECK_FALSE(std::filesystem::exists(path + ".new"));
  const std::string saved = folder.read("fleet");
  CHECK(saved.size() < 100'000);
  reopened(path, PolicySet{});
  {
    const absl::StatusOr<AtomicFile> other = AtomicFile::create(path);
    REQUIRE(other.ok());
    CHECK_THAT(std::string(fleet.save(path).message()),
               Catch::Contains("another process is writing it"));
  }
  CHECK(folder.read("fleet") == saved);
  std::filesystem::create_symlink(path, path + ".new");  // somebody else's idea of a trap
  CHECK_FALSE(fleet.save(path).ok());
  CHECK(folder.read("fleet") == saved);
}

TEST_CASE("A save that fails leaves nothing behind", "[snapshot]") {
  const TemporaryFolder folder;
  Fleet fleet{PolicySet{}};
  const absl::Status status = fleet.save(folder.path("none/fleet"));
  CHECK_THAT(std::string(status.message()), Catch::Contains("none/fleet: cannot be created"));
  CHECK(fleet.save(folder.path("fleet")).ok());
  CHECK(fleet.save(folder.path("fleet")).ok());
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder.path(""))) {
    ++files;
  }
  CHECK(files == 1);
}

TEST_CASE("A save that finds no room leaves the old file", "[snapshot]") {
  const TemporaryFolder folder;
  const std::string path = folder.path("fleet");
  Fleet old{PolicySet{}};
  apply(old, {check(1000, "old", "link")});
  REQUIRE(old.save(path).ok());
  const std::string before = folder.read("fleet");
  Fleet young{PolicySet{}};
  fill(young);
  // Files may not grow beyond so many bytes: the write fails, or writes only a part.
  for (const rlim_t most : {rlim_t{0}, rlim_t{1}, rlim_t{100}, rlim_t{before.size() / 2}}) {
    CAPTURE(most);
    const pid_t child = fork();
    if (child == 0) {
      std::signal(SIGXFSZ, SIG_IGN);
      const rlimit limit{most, most};
      const bool limited = setrlimit(RLIMIT_FSIZE, &limit) == 0;
      const absl::Status status = young.save(path);
      const bool told = status.message().find("cannot be written") != absl::string_view::npos;
      _exit(limited && told ? 7 : 1);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WEXITSTATUS(status) == 7);
    CHECK(folder.read("fleet") == before);
    const auto entries = std::filesystem::directory_iterator(folder.path(""));
    CHECK(std::distance(begin(entries), end(entries)) == 1);
  }
}

}  // namespace
}  // namespace vitals
