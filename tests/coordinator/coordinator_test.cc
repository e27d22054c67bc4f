// SPDX-License-Identifier: Apache-2.0
// The coordinator as a whole: what it keeps and finds, on both databases.
#include "vitals/coordinator/coordinator.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "databases.h"
#include "worlds.h"

namespace vitals::coordinator {
namespace {

std::unique_ptr<Coordinator> open(const TestDatabase& database,
                                  const Config& config = usual_config()) {
  auto coordinator = Coordinator::open(database.url, config);
  INFO(coordinator.status());
  REQUIRE(coordinator.ok());
  return std::move(*coordinator);
}

ListingResult apply(Coordinator& coordinator, const Listing& listing) {
  const auto result = coordinator.apply_listing(listing, listing.received_at);
  INFO(result.status());
  REQUIRE(result.ok());
  return *result;
}

void list_nothing(Coordinator& coordinator, std::int64_t at = 1000) {
  for (const char* one : {"rtc", "yc", "il"}) apply(coordinator, listing(one, t(at)));
}

Why ask(Coordinator& coordinator, const Request& request, std::int64_t at) {
  const auto answers = coordinator.ask({request}, t(at));
  INFO(answers.status());
  REQUIRE(answers.ok());
  return answers->front().why;
}

std::vector<std::int64_t> invs_of(const std::vector<HostRecord>& records) {
  std::vector<std::int64_t> invs;
  for (const HostRecord& record : records) invs.push_back(record.host.inv);
  return invs;
}

TEST_CASE("a host is found by number, name and uuid, with how, since when and when seen") {
  on_each_database([](const TestDatabase& database) {
    auto coordinator = open(database);
    list_nothing(*coordinator);
    Host known = host(7, "A.example", HostType::vm);
    known.uuid = "u-7";
    known.exclude_from_monitoring = true;
    REQUIRE(ask(*coordinator, add("rtc", known), 1100) == Why::granted);
    known.name = "a.example";
    HostRecord expected{.key = (std::int64_t{1} << 40) + 7,
                        .installation = "rtc",
                        .bot = "main",
                        .host = known,
                        .basis = Basis::granted,
                        .since = t(1100)};
    const auto expect_found = [&](const std::vector<HostRecord>& records) {
      CHECK(*coordinator->find_inv("main", 7) == records);
      CHECK(*coordinator->find_name("a.EXAMPLE") == records);
      CHECK(*coordinator->find_uuid("u-7") == records);
      CHECK(coordinator->hosts("", {})->elements == records);
    };
    expect_found({expected});
    CHECK(coordinator->find_inv("il", 7)->empty());
    CHECK(coordinator->find_inv("main", 8)->empty());
    CHECK(coordinator->find_name("a")->empty());
    CHECK(coordinator->find_name("")->empty());
    CHECK(coordinator->find_uuid("")->empty());

    const ListingResult seen = apply(*coordinator, listing("rtc", t(1150), {known}));
    CHECK(seen.appeared == 1);
    expected.basis = Basis::both;
    expected.seen_poll = seen.poll;
    expected.seen_at = t(1150);
    expect_found({expected});
    REQUIRE(ask(*coordinator, remove("rtc", 7), 1160) == Why::noted);
    expect_found({});
  });
}

TEST_CASE("hosts are listed by key, page by page, each once") {
  on_each_database([](const TestDatabase& database) {
    auto coordinator = open(database);
    list_nothing(*coordinator);
    std::vector<Host> hosts;
    for (Inv inv = 1; inv <= 25; ++inv) hosts.push_back(host(inv, "n" + std::to_string(inv)));
    apply(*coordinator, listing("yc", t(1050), hosts));
    for (Inv inv = 101; inv <= 105; ++inv) {
      REQUIRE(ask(*coordinator, add("rtc", host(inv)), 1100) == Why::granted);
    }
    std::vector<std::int64_t> all;
    std::vector<std::int64_t> of_yc;
    for (Cursor cursor{.after = 0, .most = 4};;) {
      const auto page = coordinator->hosts("", cursor);
      REQUIRE(page.ok());
      for (const std::int64_t inv : invs_of(page->elements)) all.push_back(inv);
      if (!page->next) break;
      cursor.after = *page->next;
    }
    for (Cursor cursor{.after = 0, .most = 5};;) {  // a page that is full, and none behind it
      const auto page = coordinator->hosts("yc", cursor);
      REQUIRE(page.ok());
      for (const std::int64_t inv : invs_of(page->elements)) of_yc.push_back(inv);
      if (!page->next) break;
      cursor.after = *page->next;
    }
    CHECK(all.size() == 30);
    CHECK(all.front() == 101);  // the first installation has the first number
    CHECK(of_yc.size() == 25);
    CHECK(std::is_sorted(of_yc.begin(), of_yc.end()));
    CHECK(coordinator->hosts("nobody", {})->elements.empty());
  });
}

TEST_CASE("everything is there after the coordinator was opened anew") {
  on_each_database([](const TestDatabase& database) {
    std::vector<HostRecord> before;
    {
      auto coordinator = open(database);
      list_nothing(*coordinator);
      ask(*coordinator, add("rtc", host(7, "a")), 1100);
      apply(*coordinator, listing("yc", t(1100), {host(8, "b")}));
      before = coordinator->hosts("", {})->elements;
      CHECK(before.size() == 2);
    }
    auto coordinator = open(database);
    CHECK(coordinator->hosts("", {})->elements == before);
    CHECK(ask(*coordinator, add("rtc", host(8)), 1101) == Why::inv_held);
    CHECK(ask(*coordinator, add("yc", host(7)), 1101) == Why::inv_held);
  });
}

TEST_CASE("a configuration that forgets an installation, or moves it, is refused") {
  on_each_database([](const TestDatabase& database) {
    auto coordinator = open(database);
    list_nothing(*coordinator);
    apply(*coordinator, listing("yc", t(1050), {host(7)}));
    Config config = usual_config();
    config.installations.erase(config.installations.begin() + 1);
    CHECK_THAT(std::string(coordinator->reconfigure(config).message()),
               Catch::Contains("the database has an installation yc"));
    CHECK(absl::IsFailedPrecondition(Coordinator::open(database.url, config).status()));
    config = usual_config();
    config.installations[1].bot = "il";
    CHECK_THAT(std::string(coordinator->reconfigure(config).message()),
               Catch::Contains("installation yc has the BOT main in the database"));
    CHECK(ask(*coordinator, add("rtc", host(7)), 1100) == Why::inv_held);  // the old one stays

    config = usual_config();
    config.installations[1].type = InstallationType::retired;
    config.installations.push_back(installation("new"));
    config.installations.back().on_stale = OnStale::allow;
    REQUIRE(coordinator->reconfigure(config).ok());
    CHECK(ask(*coordinator, add("yc", host(9)), 1100) == Why::does_not_call);
    CHECK(ask(*coordinator, add("rtc", host(7)), 1100) == Why::stale_allowed);
    CHECK(ask(*coordinator, add("new", host(7)), 1100) == Why::inv_held);
  });
}

TEST_CASE("the monitor opens conflicts, tells how both came to it, and closes them") {
  on_each_database([](const TestDatabase& database) {
    auto coordinator = open(database);
    list_nothing(*coordinator);
    REQUIRE(ask(*coordinator, add("rtc", host(7, "a")), 1100) == Why::granted);
    apply(*coordinator, listing("yc", t(1150), {host(7, "b"), host(8, "c"), host(9, "d")}));
    apply(*coordinator, listing("il", t(1160), {host(9, "c"), host(7, "e")}));
    auto findings = coordinator->monitor(t(1200));
    REQUIRE(findings.ok());
    CHECK(findings->conflicts == 2);
    CHECK(findings->opened == 2);
    const auto conflicts = coordinator->conflicts({});
    REQUIRE(conflicts.ok());
    REQUIRE(conflicts->elements.size() == 2);
    const Conflict& number = conflicts->elements[0];
    CHECK(number.shared == Shared::inv);
    CHECK(number.bot == "main");
    CHECK(number.value == "7");
    CHECK(number.since == t(1150));
    CHECK(number.noticed_at == t(1200));
    REQUIRE(number.holders.size() == 2);
    CHECK(number.holders[0].installation == "rtc");
    CHECK(number.holders[0].basis == Basis::granted);
    CHECK(number.holders[1].installation == "yc");
    CHECK(number.holders[1].basis == Basis::listed);
    const Conflict& of_name = conflicts->elements[1];
    CHECK(of_name.shared == Shared::name);
    CHECK(of_name.value == "c");
    CHECK(of_name.since == t(1160));
    REQUIRE(of_name.holders.size() == 2);
    CHECK(of_name.holders[1].installation == "il");

    findings = coordinator->monitor(t(1201));  // nothing new
    CHECK(findings->opened == 0);
    CHECK(findings->conflicts == 2);
    ask(*coordinator, remove("yc", 7), 1210);
    CHECK(coordinator->conflicts({})->elements.size() == 1);  // before the monitor runs again
    findings = coordinator->monitor(t(1220));
    CHECK(findings->closed == 1);
    CHECK(findings->conflicts == 1);
    std::vector<std::string> told;
    const auto journal = *coordinator->journal({}, {});
    for (const JournalEntry& entry : journal.elements) {
      const bool is_about = entry.happened == Happened::conflict_opened ||
                            entry.happened == Happened::conflict_closed;
      if (is_about) told.push_back(std::string(name(entry.happened)) + " " + entry.note);
    }
    CHECK(told == std::vector<std::string>{"conflict_opened inv 7", "conflict_opened name c",
                                           "conflict_closed inv 7"});
  });
}

TEST_CASE("orphans are told with who had them last, since when and how") {
  on_each_database([](const TestDatabase& database) {
    Config config = usual_config();
    config.installations.push_back(installation("bot", InstallationType::inventory));
    auto coordinator = open(database, config);
    list_nothing(*coordinator);
    apply(*coordinator, listing("yc", t(1050),
                                {host(1, "listed"), host(2, "vanishes"), host(3, "taken-over"),
                                 host(4, "removed")}));
    ask(*coordinator, add("rtc", host(5, "never-listed")), 1100);
    ask(*coordinator, remove("yc", 4), 1101);
    REQUIRE(coordinator->let_shrink("yc", "a person", t(1102)).ok());
    apply(*coordinator, listing("yc", t(1110), {host(1, "listed"), host(3, "x")}));
    REQUIRE(coordinator->let_shrink("yc", "a person", t(1110)).ok());
    apply(*coordinator, listing("yc", t(1120), {host(1, "listed")}));
    apply(*coordinator, listing("rtc", t(1201), {host(3, "taken-over")}));
    apply(*coordinator, listing("bot", t(1202), {host(1), host(2), host(9, "unused")}));
    REQUIRE(coordinator->monitor(t(1300)).ok());
    const auto orphans = coordinator->orphans({});
    REQUIRE(orphans.ok());
    std::vector<std::string> told;
    for (const Orphan& one : orphans->elements) {
      told.push_back(std::to_string(one.inv) + " " + one.name + " of " + one.installation + " " +
                     std::string(name(one.how)) + " " + text(one.since));
    }
    std::sort(told.begin(), told.end());
    CHECK(told == std::vector<std::string>{
                      "2 vanishes of yc vanished 1110", "4 removed of yc removed 1101",
                      "5 never-listed of rtc never_listed 1300", "9 unused of  never_had 1202"});
    CHECK(coordinator->conflicts({})->elements.empty());  // an inventory has nothing
    ask(*coordinator, add("rtc", host(9)), 1301);
    CHECK(coordinator->orphans({})->elements.size() == 3);
    apply(*coordinator, listing("bot", t(1310), {host(1)}));
    REQUIRE(coordinator->monitor(t(1320)).ok());
    CHECK(coordinator->orphans({})->elements.size() == 3);
  });
}

TEST_CASE("the journal tells who asked what, when, the answer and its reason") {
  on_each_database([](const TestDatabase& database) {
    auto coordinator = open(database);
    list_nothing(*coordinator);
    Request request = rename("rtc", 7, "b");
    request.asked_by = "10.0.0.7";
    ask(*coordinator, add("rtc", host(7, "a")), 1100);
    ask(*coordinator, request, 1101);
    ask(*coordinator, add("yc", host(7)), 1102);
    const auto all = coordinator->journal({}, {});
    REQUIRE(all.ok());
    REQUIRE(all->elements.size() == 6);  // three listings before
    CHECK(all->elements[0].happened == Happened::listing_applied);
    CHECK(all->elements[0].note ==
          "poll 1: 0 hosts, 0 appeared, 0 changed, 0 vanished, 0 of these lost");
    const JournalEntry& entry = all->elements[4];
    CHECK(entry.at == t(1101));
    CHECK(entry.happened == Happened::rename);
    CHECK(entry.installation == "rtc");
    CHECK(entry.bot == "main");
    CHECK(entry.asked_by == "10.0.0.7");
    CHECK(entry.host.inv == 7);
    CHECK(entry.new_name == "b");
    CHECK(entry.allowed);
    CHECK(entry.why == Why::granted);
    CHECK(coordinator->journal({.installation = "yc"}, {})->elements.size() == 2);
    CHECK(coordinator->journal({.only_refusals = true}, {})->elements.size() == 1);
    const auto page = coordinator->journal({}, {.after = entry.number, .most = 1});
    CHECK(page->elements.size() == 1);
    CHECK(page->next == entry.number + 1);
    CHECK(coordinator->latest({}, 2)->front().number == entry.number + 1);
  });
}

TEST_CASE("what is overtaken by listings is thrown away") {
  on_each_database([](const TestDatabase& database) {
    auto coordinator = open(database);
    list_nothing(*coordinator);
    ask(*coordinator, add("rtc", host(7, "a")), 1100);
    ask(*coordinator, rename("rtc", 7, "b"), 1101);
    ask(*coordinator, add("rtc", host(8)), 1101);
    ask(*coordinator, remove("rtc", 9), 1101);
    apply(*coordinator, listing("rtc", t(1202), {host(7, "b")}));
    const auto findings = coordinator->monitor(t(1210));
    REQUIRE(findings.ok());
    CHECK(findings->lapsed == 3);  // host 8, the removal of 9, the name a
    CHECK(coordinator->monitor(t(1211))->lapsed == 0);
    CHECK(coordinator->find_inv("main", 8)->empty());
    CHECK(coordinator->find_name("b")->size() == 1);
    CHECK(coordinator->find_name("a")->empty());
  });
}

TEST_CASE("no database, or one that is none, is an error") {
  TemporaryDirectory directory;
  const auto status_of = [](const std::string& url) {
    return Coordinator::open(url, usual_config()).status();
  };
  CHECK(absl::IsUnavailable(status_of(directory.path() + "/not/there.db")));
  CHECK(absl::IsUnavailable(status_of("postgresql://nobody@/none?host=" + directory.path())));
  CHECK(absl::IsInvalidArgument(status_of("mysql://x")));
  CHECK(absl::IsInvalidArgument(status_of("")));
  const std::string path = directory.path() + "/text";
  {
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "w"),
                                                         std::fclose);
    std::fputs(std::string(10'000, 'x').c_str(), file.get());
  }
  CHECK(absl::IsDataLoss(status_of(path)));
}

}  // namespace
}  // namespace vitals::coordinator
