// SPDX-License-Identifier: Apache-2.0
#include "vitals/audit/backend.h"

#include <rapidcheck.h>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <span>

#include "audit/schema.h"
#include "backends.h"
#include "coordinator/schema.h"
#include "sql/migrate.h"
#include "sql/sql.h"
#include "text/bridge.h"
#include "vitals/audit/timetable.h"

namespace vitals::audit {
namespace {

void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

Result ok_at(std::int64_t seconds, Status status = Status::ok) {
  return {.status = status, .output = "fine", .started_at = t(seconds), .finished_at = t(seconds)};
}

}  // namespace

TEST_CASE("A backend is opened by the scheme of its url") {
  struct Row {
    const char* url;
    const char* expected;
  };
  const Row row = GENERATE(values<Row>({
      {"sqlit:/tmp/x",
       "'sqlit:/tmp/x' is no catalogue, expected SCHEME:WHERE with a scheme of dir, "
       "postgres, postgresql, sqlite; did you mean sqlite?"},
      {"/tmp/x", "is no catalogue"},
      {"", "is no catalogue"},
      {"dir:/does/not/exist", "'/does/not/exist': no such directory"},
      {"dir:/tmp?record=x", "'?record=x', expected ?records=FILE"},
      {"sqlite:/does/not/exist/x.db", "/does/not/exist/x.db: "},
  }));
  DYNAMIC_SECTION("url " << row.url) {
    const auto backend = Backend::open(row.url);
    REQUIRE_FALSE(backend.ok());
    INFO(backend.status());
    CHECK(to_std(backend.status().message()).find(row.expected) != std::string_view::npos);
  }
}

TEST_CASE("A kind of backend is added by its scheme alone") {
  const TemporaryDirectory directory;
  Backend::add_scheme("mine", [&](std::string_view url, OpenMode) {
    CHECK(url == "mine:anything");
    return Backend::open("dir:" + directory.path());
  });
  CHECK(Backend::open("mine:anything").ok());
}

TEST_CASE("A catalogue moves between backends without loss") {
  on_each_database([](const TestDatabase& database) {
    const Catalogue catalogue = catalogue_of(full_catalogue);
    const TemporaryDirectory from;
    const TemporaryDirectory to;
    write(from.path() + "/all.yaml", full_catalogue);
    const auto directory = open_backend("dir:" + from.path());
    CHECK(*good(directory->catalogue()) == catalogue);
    const auto tables = open_backend(database.url);
    good(tables->store(*good(directory->catalogue())));
    CHECK(*good(tables->catalogue()) == catalogue);
    good(tables->store(*good(directory->catalogue())));  // once more replaces it
    CHECK(*good(tables->catalogue()) == catalogue);
    const auto back = open_backend("dir:" + to.path());
    good(back->store(*good(tables->catalogue())));
    CHECK(*good(back->catalogue()) == catalogue);
    CHECK(back->store(catalogue).code() == absl::StatusCode::kFailedPrecondition);
  });
}

TEST_CASE("Whatever hosts and groups need moves between backends without loss") {
  on_each_database([](const TestDatabase& database) {
    const auto tables = open_backend(database.url);
    CHECK(rc::check("needs come back", [&] {
      Catalogue catalogue = catalogue_of(full_catalogue);
      const auto names = [] {
        std::vector<std::string> some;
        for (const char* name : {"s1", "\"", "{host}", "null", "~", "\xc3\xa9", "'", "[a]"}) {
          if (*rc::gen::arbitrary<bool>()) some.emplace_back(name);
        }
        return some;
      };
      const auto needs_of = [&](const std::string& prefix) {
        std::vector<ClassNeed> needs;
        for (const std::string& name : names()) needs.push_back({prefix + name, names(), {}});
        return needs;
      };
      for (Host& host : catalogue.hosts) host.needs = needs_of("");
      for (Group& group : catalogue.groups) group.needs = needs_of("group-");
      sort(catalogue);
      good(tables->store(catalogue));
      RC_ASSERT(*good(tables->catalogue()) == catalogue);
      RC_ASSERT(good(parse_catalogue(to_yaml(catalogue))) == catalogue);
    }));
  });
}

TEST_CASE("A database from before needs were stated is brought up to date, and keeps what it has") {
  on_each_database([](const TestDatabase& database) {
    const auto before = good(sql::Connection::open(database.url));
    good(sql::migrate(*before, schema_versions, std::span(migrations).first(1)));
    good(before->script("INSERT INTO hosts (name, rack) VALUES ('h1', 'r1')"));
    const auto backend = open_backend(database.url);
    Catalogue catalogue = catalogue_of("hosts: {h1: {rack: r1}}\n");
    CHECK(*good(backend->catalogue()) == catalogue);
    catalogue = catalogue_of("hosts: {h1: {rack: r1, needs: {storage: [s1]}}}\n");
    good(backend->store(catalogue));
    CHECK(*good(open_backend(database.url)->catalogue()) == catalogue);
  });
}

TEST_CASE("An edit of a file is seen, a broken one is told and told with its place") {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/a.yaml";
  write(path, "hosts: {h1: {}}\n");
  const auto backend = open_backend("dir:" + directory.path());
  const auto first = good(backend->catalogue());
  CHECK(good(backend->catalogue()) == first);  // the very same
  write(path, "hosts: {h1: {}, h2: {}}\n");
  const auto second = good(backend->catalogue());
  CHECK(second->hosts.size() == 2);
  write(path, "hosts: {h1: {}, h2: {}\n");
  const auto broken = backend->catalogue();
  REQUIRE_FALSE(broken.ok());
  CHECK(to_std(broken.status().message()).find(path + ":2:1: ") == 0);
  write(path, "hosts: {h1: {}, h2: {}}\n");
  CHECK(good(backend->catalogue()) == second);
  write(directory.path() + "/.hidden.yaml", "not: [a catalogue\n");
  write(directory.path() + "/README", "neither\n");
  CHECK(good(backend->catalogue()) == second);
}

TEST_CASE("A database of another program is refused") {
  on_each_database([](const TestDatabase& database) {
    const auto before = good(sql::Connection::open(database.url));
    good(before->script("CREATE TABLE audits (number INTEGER)"));
    const auto backend = Backend::open(database.url);
    REQUIRE_FALSE(backend.ok());
    INFO(backend.status());
    CHECK(to_std(backend.status().message()).find("audits") != std::string_view::npos);
    // Nothing was left half made.
    CHECK_FALSE(before->query("SELECT 1 FROM hosts", {}, [](const sql::Row&) {}).ok());
  });
}

TEST_CASE("The coordinator's database may be that of audits, too") {
  on_each_database([](const TestDatabase& database) {
    const auto other = good(sql::Connection::open(database.url));
    good(sql::migrate(*other, "schema_version", coordinator::migrations));
    const auto backend = open_backend(database.url);
    const Catalogue catalogue = catalogue_of(full_catalogue);
    fill(*backend, catalogue, t(0));
    CHECK(*good(backend->catalogue()) == catalogue);
    good(sql::migrate(*other, "schema_version", coordinator::migrations));
    CHECK(records_of(*open_backend(database.url)).size() == 5);
  });
}

TEST_CASE("Rows that cannot be are told") {
  on_each_database([](const TestDatabase& database) {
    const auto backend = open_backend(database.url);
    good(backend->store(catalogue_of(full_catalogue)));
    const auto before = good(backend->catalogue());
    const auto hand = good(sql::Connection::open(database.url));
    good(
        hand->script("UPDATE audits SET run_every = 0, command = 'check_log -H' "
                     "WHERE name = 'logs'"));
    const auto broken = backend->catalogue();
    REQUIRE_FALSE(broken.ok());
    const std::string text(to_std(broken.status().message()));
    INFO(text);
    CHECK(text.find("run_every is 0 seconds, expected 1 to ") != std::string::npos);
    CHECK(text.find("command: 'check_log -H', expected a list") != std::string::npos);
    good(
        hand->script("UPDATE audits SET run_every = 60, command = '[\"check_log\"]', disabled = 1, "
                     "disabled_reason = 'by hand' WHERE name = 'logs'"));
    const auto edited = good(backend->catalogue());
    CHECK(edited != before);
    CHECK(edited->audits[2].run_every == Seconds{60});
    CHECK_FALSE(edited->audits[2].enabled);
    CHECK(edited->audits[2].disabled_reason == "by hand");
    good(
        hand->script("UPDATE class_needs SET members = 'runtime' WHERE class_name = 'runtime';"
                     "UPDATE class_needs SET owner = 'nobody' WHERE class_name = 'storage'"));
    const std::string needs(to_std(backend->catalogue().status().message()));
    INFO(needs);
    CHECK(
        needs.find("class_needs compute runtime: the members 'runtime', expected a list such as") !=
        std::string::npos);
    CHECK(needs.find("class_needs nobody storage: the owner is neither a group nor a host") !=
          std::string::npos);
  });
}

TEST_CASE("Rows are held to what files are held to") {
  struct Row {
    const char* edit;
    const char* expected;
  };
  const Row row = GENERATE(values<Row>({
      {"UPDATE hosts SET ip_address = 'x'", "ip_address: 'x', expected an IPv4 or IPv6 address"},
      {"UPDATE hosts SET rack = 'r 1'", "rack: the name 'r 1', expected 1 to 255 bytes"},
      {"INSERT INTO hosts (name) VALUES ('h 1')", "name: the name 'h 1', expected"},
      {"INSERT INTO hosts (name) VALUES ('')", "name: the name '', expected 1 to 255 bytes"},
      {"INSERT INTO hosts (name) VALUES ('audits')", "name: this word has a meaning of its own"},
      {"INSERT INTO host_groups (name) VALUES ('hosts')", "name: this word has a meaning"},
      {"UPDATE audits SET name = 'a b' WHERE name = 'logs'", "name: the name 'a b', expected"},
      {"UPDATE audits SET command = '[1, 2]'", "command: '[1, 2]', expected a list such as"},
      {"UPDATE audits SET command = '[check_log]'", "command: '[check_log]', expected a list"},
      {"UPDATE audits SET command = '[]'", "command: 0 words, expected a program"},
      {"UPDATE audits SET command = '[\"\"]'", "command: empty, expected a program"},
      {"UPDATE audits SET command = '[\"a\", \"x\\u0000\"]'", "command: expected text of at most"},
      {"UPDATE audits SET command = '[\"a\", \"{adress}\"]'", "did you mean address?"},
      {"UPDATE audits SET repair_command = '{}' WHERE name = 'vmbooter'",
       "repair_command: '{}', expected a list"},
      {"UPDATE audits SET command = '[\"a\", \"{ADDRESS}\"]'", "did you mean address?"},
      {"UPDATE audits SET disabled = 7 WHERE name = 'logs'", "disabled is 7, expected 0 or 1"},
      {"UPDATE audits SET repair_enabled = -1", "repair_enabled is -1, expected 0 or 1"},
      {"UPDATE audits SET repair_enabled = 1 WHERE name = 'logs'", "without a repair_command"},
      {"UPDATE host_groups SET repairs_in_percent = 2", "repairs_in_percent is 2, expected 0 or 1"},
      {"UPDATE class_needs SET members = '[1]'", "the members '[1]', expected a list such as"},
      {"UPDATE class_needs SET members = '[\"{hots}\"]'", "expected no braces but {host}"},
      {"UPDATE class_needs SET class_name = 'a b' WHERE class_name = 'storage'",
       "class_name: the name 'a b'"},
      {"UPDATE class_needs SET class_name = 'rack' WHERE class_name = 'storage'",
       "the class rack is built in"},
  }));
  on_each_database([&](const TestDatabase& database) {
    const auto backend = open_backend(database.url);
    good(backend->store(catalogue_of(full_catalogue)));
    good(good(sql::Connection::open(database.url))->script(row.edit));
    const auto broken = backend->catalogue();
    INFO(row.edit);
    REQUIRE_FALSE(broken.ok());
    INFO(broken.status());
    CHECK(to_std(broken.status().message()).find(row.expected) != std::string_view::npos);
  });
}

TEST_CASE("Who reads makes nothing, and who writes makes no catalogue") {
  on_each_database([](const TestDatabase& database) {
    for (const OpenMode mode : {OpenMode::read, OpenMode::write}) {
      const auto none = Backend::open(database.url, mode);
      REQUIRE_FALSE(none.ok());
      INFO(none.status());
      CHECK(none.status().code() == absl::StatusCode::kNotFound);
      CHECK(to_std(none.status().message()).find("`vitals audit import`") != std::string::npos);
    }
    if (database.directory != nullptr) CHECK(std::filesystem::is_empty(database.directory->path()));
    fill(*open_backend(database.url), catalogue_of(full_catalogue), t(0));
    const auto reader = good(Backend::open(database.url, OpenMode::read));
    CHECK(*good(reader->catalogue()) == catalogue_of(full_catalogue));
    CHECK(records_of(*reader).size() == 5);
    CHECK_FALSE(reader->set_paused(true, "not by a reader").ok());
    const auto writer = good(Backend::open(database.url, OpenMode::write));
    good(writer->set_paused(true, "by a writer"));
    CHECK(good(reader->wishes()).reason == "by a writer");
  });
}

TEST_CASE("A directory that is only read has the records that there are, and gets none") {
  const TemporaryDirectory directory;
  write(directory.path() + "/a.yaml", full_catalogue);
  const std::string url = "dir:" + directory.path();
  const auto before = good(Backend::open(url, OpenMode::read));
  CHECK(records_of(*before).empty());
  CHECK_FALSE(good(before->wishes()).paused);
  CHECK_FALSE(std::filesystem::exists(directory.path() + "/.vitals-audit.db"));
  const auto writer = good(Backend::open(url, OpenMode::write));
  good(writer->sync(*good(writer->catalogue()), good(expand(*good(writer->catalogue()))), t(0)));
  CHECK(records_of(*good(Backend::open(url, OpenMode::read))).size() == 5);
}

TEST_CASE("Tables of another version are not read as if they were ours") {
  on_each_database([](const TestDatabase& database) {
    const auto hand = good(sql::Connection::open(database.url));
    good(sql::migrate(*hand, schema_versions, std::span(migrations).first(1)));
    const auto older = Backend::open(database.url, OpenMode::read);
    REQUIRE_FALSE(older.ok());
    CHECK(to_std(older.status().message()).find("tables of version 1, expected version 3: ") !=
          std::string_view::npos);
    CHECK(Backend::open(database.url, OpenMode::write).ok());
    CHECK(Backend::open(database.url, OpenMode::read).ok());
    good(hand->script("INSERT INTO audit_schema_version (version) VALUES (4)"));
    for (const OpenMode mode : {OpenMode::read, OpenMode::write, OpenMode::create}) {
      const auto later = Backend::open(database.url, mode);
      REQUIRE_FALSE(later.ok());
      CHECK(to_std(later.status().message()).find("a later version of this program") !=
            std::string_view::npos);
    }
  });
}

TEST_CASE("Records follow the catalogue and keep what they are") {
  on_each_database([](const TestDatabase& database) {
    const auto backend = open_backend(database.url);
    Catalogue catalogue = catalogue_of(full_catalogue);
    fill(*backend, catalogue, t(0));
    const auto first = records_of(*backend);
    REQUIRE(first.size() == 5);
    CHECK(first[0].host == "api.example.net");
    CHECK(first[0].address.empty());
    CHECK(first[1].address == "192.0.2.1");
    CHECK(first[1].audit == "disk");
    CHECK(first[1].status == RecordStatus::fresh);
    CHECK(first[1].created_at == t(0));
    CHECK_FALSE(first[1].next_run);
    CHECK_FALSE(first[1].result);
    catalogue.hosts[1].address = "192.0.2.77";
    std::erase_if(catalogue.audits, [](const Audit& audit) { return audit.name == "disk"; });
    good(backend->sync(catalogue, good(expand(catalogue)), t(5)));
    const auto second = records_of(*backend);
    REQUIRE(second.size() == 3);
    CHECK(second[0].id == first[0].id);
    CHECK(second[1].address == "192.0.2.77");
    CHECK(second[1].updated_at == t(5));
    CHECK(second[1].created_at == t(0));
  });
}

TEST_CASE("A record lies on the grid of the period that it has, and never too far ahead") {
  on_each_database([](const TestDatabase& database) {
    const auto backend = open_backend(database.url);
    const auto hourly =
        catalogue_of("hosts: {h: {}}\nh: {audits: {a: {run_every: 1h, command: [x]}}}");
    const auto quick =
        catalogue_of("hosts: {h: {}}\nh: {audits: {a: {run_every: 5m, command: [x]}}}");
    const auto run_next_at = [&](Timestamp next_run) {
      const auto id = records_of(*backend).at(0).id;
      const std::vector<ClaimRequest> wish{{id, t(60)}};
      const auto answer = good(backend->claim("e", wish, t(0))).at(0);
      REQUIRE(answer.granted());
      const std::vector<Finished> all{{.claimed = {id, answer.claim}, .next_run = next_run}};
      REQUIRE(good(backend->finish("e", all, t(0))).at(0));
    };
    const auto sync = [&](const Catalogue& catalogue, Timestamp now) {
      good(backend->sync(catalogue, good(expand(catalogue)), now));
      return records_of(*backend).at(0).next_run;
    };
    fill(*backend, hourly, t(0));
    run_next_at(t(4200));
    CHECK(sync(hourly, t(0)) == t(4200));  // an hour and the slack: as far as may be
    const Timestamp soon = next_on_grid(t(-1), Seconds{3600}, stable_hash("h", "a"));
    CHECK(sync(hourly, t(-1)) == soon);  // the clock stepped back
    CHECK(sync(hourly, t(-1)) == soon);
    const Timestamp sooner = next_on_grid(t(0), Seconds{300}, stable_hash("h", "a"));
    CHECK(sync(quick, t(0)) == std::min(soon, sooner));
    CHECK(sync(hourly, t(0)) == std::min(soon, sooner));  // what is sooner stays
  });
}

TEST_CASE("A record is claimed by one, for a lease, and what a late one finishes is dropped") {
  on_each_database([](const TestDatabase& database) {
    const auto a = open_backend(database.url);
    const auto b = open_backend(database.url);
    fill(*a, catalogue_of("hosts: {h1: {}}\nh1: {audits: {a: {run_every: 1h, command: [x]}}}\n"),
         t(0));
    const std::int64_t id = records_of(*a).at(0).id;
    const auto claim = [&](Backend& backend, const char* engine, std::int64_t until,
                           std::int64_t now) {
      const std::vector<ClaimRequest> requests{{id, t(until)}};
      return good(backend.claim(engine, requests, t(now))).at(0);
    };
    const ClaimAnswer first = claim(*a, "a", 100, 0);
    REQUIRE(first.granted());
    CHECK(records_of(*b)[0].status == RecordStatus::processing);
    CHECK(records_of(*b)[0].claimed_by == "a");
    CHECK(claim(*b, "b", 199, 10).retry_at == t(40));  // it may end long before its lease
    const ClaimAnswer refused = claim(*b, "b", 199, 99);
    CHECK_FALSE(refused.granted());
    CHECK(refused.retry_at == t(104));                    // the end of the lease, but not at once
    const ClaimAnswer second = claim(*b, "b", 200, 100);  // the lease is over
    REQUIRE(second.granted());
    CHECK(second.claim != first.claim);
    const auto finish = [&](Backend& backend, std::int64_t number, std::int64_t at) {
      const std::vector<Finished> finished{{{id, number}, ok_at(at), t(3600)}};
      return good(backend.finish("x", finished, t(at))).at(0);
    };
    CHECK_FALSE(finish(*a, first.claim, 110));  // its lease is over
    CHECK(records_of(*a)[0].status == RecordStatus::processing);
    CHECK(finish(*b, second.claim, 120) == Taken{t(120)});
    const Record record = records_of(*a)[0];
    CHECK(record.status == RecordStatus::processed);
    CHECK(record.claimed_by.empty());
    CHECK(record.next_run == t(3600));
    CHECK(record.result == ok_at(120));
    CHECK(record.finished_by == "x");
    const ClaimAnswer early = claim(*a, "a", 4000, 3599);
    CHECK_FALSE(early.granted());
    CHECK(early.retry_at == t(3604));
    CHECK(claim(*a, "a", 4000, 3600).granted());
  });
}

TEST_CASE("A status is since it changed, and what was not run is given back") {
  on_each_database([](const TestDatabase& database) {
    const auto backend = open_backend(database.url);
    fill(*backend,
         catalogue_of("hosts: {h1: {}}\nh1: {audits: {a: {run_every: 1m, command: [x]}}}\n"), t(0));
    const std::int64_t id = records_of(*backend).at(0).id;
    const auto run = [&](std::int64_t at, Status status) {
      const std::vector<ClaimRequest> requests{{id, t(at + 30)}};
      const ClaimAnswer answer = good(backend->claim("e", requests, t(at))).at(0);
      REQUIRE(answer.granted());
      const std::vector<Finished> finished{{{id, answer.claim}, ok_at(at, status), t(at + 60)}};
      return good(backend->finish("e", finished, t(at))).at(0).value().status_since;
    };
    CHECK(run(0, Status::ok) == t(0));
    CHECK(run(60, Status::ok) == t(0));
    CHECK(run(120, Status::crit) == t(120));
    CHECK(run(180, Status::crit) == t(120));
    CHECK(run(240, Status::ok) == t(240));
    const std::vector<ClaimRequest> requests{{id, t(999)}};
    const ClaimAnswer answer = good(backend->claim("e", requests, t(300))).at(0);
    const std::vector<Claimed> claimed{{id, answer.claim}};
    good(backend->release(claimed, t(301)));
    CHECK(records_of(*backend)[0].status == RecordStatus::fresh);
    CHECK(good(backend->claim("e", requests, t(302))).at(0).granted());
  });
}

TEST_CASE("A record is run now, or not at all while it is disabled") {
  on_each_database([](const TestDatabase& database) {
    const auto backend = open_backend(database.url);
    fill(*backend,
         catalogue_of("hosts: {h1: {}}\nh1: {audits: {a: {run_every: 1h, command: [x]}}}\n"), t(0));
    const std::int64_t id = records_of(*backend).at(0).id;
    const std::vector<ClaimRequest> requests{{id, t(50)}};
    const ClaimAnswer answer = good(backend->claim("e", requests, t(0))).at(0);
    const std::vector<Finished> finished{{{id, answer.claim}, ok_at(0), t(3600)}};
    REQUIRE(good(backend->finish("e", finished, t(0))).at(0));
    CHECK_FALSE(good(backend->claim("e", requests, t(10))).at(0).granted());
    CHECK(good(backend->run_now({"h1", "a"}, t(10))) == 1);
    CHECK(good(backend->run_now({"h1", "b"}, t(10))) == 0);
    CHECK(good(backend->set_disabled({"h1", "a"}, true, "moving", t(10))) == 1);
    CHECK(records_of(*backend).at(0).disabled);
    CHECK(records_of(*backend).at(0).disabled_reason == "moving");
    CHECK_FALSE(good(backend->claim("e", requests, t(10))).at(0).granted());
    CHECK(good(backend->set_disabled({"h1", "a"}, false, "moving", t(10))) == 1);
    CHECK_FALSE(records_of(*backend).at(0).disabled);
    CHECK(records_of(*backend).at(0).disabled_reason.empty());
    CHECK(good(backend->claim("e", requests, t(10))).at(0).granted());
  });
}

TEST_CASE("A claim that cannot be keeps nobody from running everything now") {
  on_each_database([](const TestDatabase& database) {
    const auto backend = open_backend(database.url);
    fill(*backend, big_catalogue(1, 1, Seconds{3600}), t(0));
    const auto hand = good(sql::Connection::open(database.url));
    good(
        hand->script("UPDATE audit_records SET status = 'processing', claimed_by = 'gone', "
                     "next_run = 1700001800, claimed_until = 1999999999"));
    good(backend->run_all_now(t(10)));
    const std::vector<ClaimRequest> requests{{records_of(*backend)[0].id, t(60)}};
    CHECK(good(backend->claim("a", requests, t(10)))[0].granted());
  });
}

TEST_CASE("Moments that no recording may hold are none") {
  on_each_database([](const TestDatabase& database) {
    const auto backend = open_backend(database.url);
    fill(*backend, big_catalogue(1, 1, Seconds{60}), t(0));
    const auto hand = good(sql::Connection::open(database.url));
    for (const char* moment : {"-1", "4294967296", "9223372036854775807"}) {
      INFO(moment);
      good(hand->script(std::string("UPDATE audit_records SET result = 'OK', status_since = ") +
                        moment));
      CHECK_FALSE(records_of(*backend)[0].status_since.has_value());
      good(hand->script("UPDATE audit_records SET next_run = 0"));
      const std::int64_t id = records_of(*backend)[0].id;
      const std::vector<ClaimRequest> requests{{id, t(60)}};
      const std::int64_t claim = good(backend->claim("a", requests, t(10)))[0].claim;
      const std::vector<Finished> finished{{{id, claim}, ok_at(20), t(80)}};
      const auto taken = good(backend->finish("a", finished, t(21)));
      REQUIRE(taken[0].has_value());
      CHECK(taken[0]->status_since == t(20));
    }
  });
}

TEST_CASE("A run that is asked for while one goes on comes afterwards") {
  on_each_database([](const TestDatabase& database) {
    const auto backend = open_backend(database.url);
    fill(*backend,
         catalogue_of("hosts: {h1: {}}\nh1: {audits: {a: {run_every: 1h, command: [x]}}}\n"), t(0));
    const std::int64_t id = records_of(*backend).at(0).id;
    const auto claim_at = [&](std::int64_t now) {
      const std::vector<ClaimRequest> requests{{id, t(now + 50)}};
      return good(backend->claim("e", requests, t(now))).at(0);
    };
    const auto finish_at = [&](std::int64_t claim, std::int64_t now) {
      const std::vector<Finished> finished{{{id, claim}, ok_at(now), t(3600)}};
      return good(backend->finish("e", finished, t(now))).at(0);
    };
    const ClaimAnswer first = claim_at(0);
    CHECK(good(backend->run_now({"h1", "a"}, t(1))) == 1);
    CHECK_FALSE(claim_at(2).granted());
    CHECK(finish_at(first.claim, 3) == Taken{t(3), true});
    CHECK(records_of(*backend).at(0).next_run == t(3));
    const ClaimAnswer second = claim_at(3);
    REQUIRE(second.granted());
    CHECK(finish_at(second.claim, 4) == Taken{t(3), false});
    CHECK(records_of(*backend).at(0).next_run == t(3600));
  });
}

TEST_CASE("What is disabled or enabled already is not counted, but another reason is told") {
  struct Row {
    bool disabled;
    const char* reason;
    std::int64_t changed;
    const char* kept;  // the reason of the first record
  };
  on_each_database([](const TestDatabase& database) {
    const auto backend = open_backend(database.url);
    fill(*backend, big_catalogue(1, 2, Seconds{60}), t(0));
    const std::string host = records_of(*backend).at(0).host;
    REQUIRE(good(backend->set_disabled({host, "audit-1"}, true, "moving", t(1))) == 1);
    for (const Row& row :
         {Row{false, "", 1, ""}, Row{false, "", 0, ""}, Row{true, "", 2, ""}, Row{true, "", 0, ""},
          Row{true, "moving", 2, "moving"}, Row{true, "moving", 0, "moving"},
          Row{true, "", 0, "moving"}, Row{true, "moved", 2, "moved"}, Row{false, "x", 2, ""}}) {
      INFO(row.disabled << " " << row.reason);
      CHECK(good(backend->set_disabled({host, ""}, row.disabled, row.reason, t(2))) == row.changed);
      CHECK(records_of(*backend).at(0).disabled == row.disabled);
      CHECK(records_of(*backend).at(0).disabled_reason == row.kept);
    }
  });
}

TEST_CASE("A selection is a pair, a host, an audit, or everything") {
  struct Row {
    Selection which;
    std::int64_t count;
  };
  on_each_database([](const TestDatabase& database) {
    const auto backend = open_backend(database.url);
    fill(*backend, big_catalogue(3, 2, Seconds{60}), t(0));
    const std::string host = records_of(*backend).at(0).host;
    for (const Row& row : {Row{{host, "audit-0"}, 1}, Row{{host, ""}, 2}, Row{{"", "audit-1"}, 3},
                           Row{{"", ""}, 6}, Row{{"x", ""}, 0}, Row{{host, "x"}, 0}}) {
      INFO(row.which.host << " " << row.which.audit);
      CHECK(good(backend->run_now(row.which, t(1))) == row.count);
      CHECK(good(backend->set_disabled(row.which, true, "why", t(1))) == row.count);
      CHECK(good(backend->set_disabled(row.which, false, "", t(1))) == row.count);
    }
  });
}

TEST_CASE("What is asked of all engines is seen by all") {
  on_each_database([](const TestDatabase& database) {
    const auto a = open_backend(database.url);
    const auto b = open_backend(database.url);
    const Wishes before = good(b->wishes());
    CHECK_FALSE(before.paused);
    good(a->set_paused(true, "the rack moves"));
    good(a->announce());
    const Wishes paused = good(b->wishes());
    CHECK(paused.number != before.number);
    CHECK(paused.paused);
    CHECK(paused.reason == "the rack moves");
    good(b->set_paused(false, "ignored"));
    CHECK_FALSE(good(a->wishes()).paused);
    CHECK(good(a->wishes()).reason.empty());
    CHECK(good(a->wishes()).number == paused.number);
  });
}

TEST_CASE("What ended long ago is forgotten, at the moment it is and not before") {
  on_each_database([](const TestDatabase& database) {
    const auto backend = open_backend(database.url);
    const auto repair = [&](const char* host, std::int64_t begin) {
      return good(backend->begin_repair(
                      {.host = host, .audit = "a", .engine = "e", .until = t(begin + 5)},
                      [](std::span<const std::string>) { return true; }, t(begin)))
          .id;
    };
    for (const int end : {9, 10, 11}) {
      const std::string host = "h" + std::to_string(end);
      good(backend->end_repair(repair(host.c_str(), end), 0, t(end)));
      good(backend->tell_alive(host, t(end)));
    }
    static_cast<void>(repair("under way", 0));
    good(backend->prune(t(10)));
    std::string left;
    good(backend->visit_repairs(
        distant_past, [&](const RepairRecord& one) { left += std::string(one.host) + ","; }));
    CHECK(left == "under way,h10,h11,");
    CHECK(good(backend->engines()).size() == 2);
  });
}

TEST_CASE("Of repairs, one a host goes on, as many as may, and none too soon after another") {
  on_each_database([](const TestDatabase& database) {
    const auto a = open_backend(database.url);
    const auto b = open_backend(database.url);
    const auto begin = [](Backend& backend, const char* host, std::int64_t now, std::size_t most) {
      return good(backend.begin_repair(
          {.host = host,
           .audit = "disk",
           .engine = "e",
           .until = t(now + 100),
           .measured_at = t(now),
           .again_after = Seconds{1000}},
          [&](std::span<const std::string> hosts) { return hosts.size() < most; }, t(now)));
    };
    const auto first = begin(*a, "h1", 0, 2);
    REQUIRE(first.granted());
    CHECK(begin(*b, "h1", 1, 2).why == "the last one began less than `again_after` ago");
    CHECK(begin(*b, "h1", 1001, 2).why == "the host is being repaired");
    const auto second = begin(*b, "h2", 2, 2);
    CHECK(second.granted());
    CHECK(begin(*a, "h3", 3, 2).why == "no more of its group may be repaired at once");
    good(a->end_repair(first.id, 0, t(50)));
    CHECK(begin(*a, "h3", 51, 2).granted());
    // What was measured before a repair ended calls for none.
    const auto of_another = good(b->begin_repair(
        {.host = "h1",
         .audit = "memory",
         .engine = "e",
         .until = t(200),
         .measured_at = t(50),
         .again_after = Seconds{0}},
        [](std::span<const std::string>) { return true; }, t(60)));
    CHECK(of_another.why == "the host was repaired since that was measured");
    CHECK_FALSE(begin(*a, "h1", 999, 9).granted());
    const auto under_way = [&] {
      std::vector<std::string> hosts;
      good(b->visit_repairs(distant_future,
                            [&](const RepairRecord& one) { hosts.emplace_back(one.host); }));
      return hosts;
    };
    good(a->end_lost_repair(second.id, t(101), t(200)));  // its lease ends otherwise
    CHECK(under_way() == std::vector<std::string>{"h2", "h3"});
    good(a->end_lost_repair(second.id, t(102), t(200)));
    CHECK(under_way() == std::vector<std::string>{"h3"});
    CHECK(begin(*a, "h1", 1000, 9).granted());
    std::vector<std::string> hosts;
    good(a->visit_repairs(distant_past, [&](const RepairRecord& repair) {
      hosts.push_back(std::string(repair.host) + (repair.ended_at ? "" : " goes on"));
    }));
    CHECK(hosts == std::vector<std::string>{"h1", "h2", "h3 goes on", "h1 goes on"});
  });
}

TEST_CASE("Engines tell that they live") {
  on_each_database([](const TestDatabase& database) {
    const auto backend = open_backend(database.url);
    good(backend->tell_alive("one", t(0)));
    good(backend->tell_alive("two", t(1)));
    good(backend->tell_alive("one", t(2)));
    const auto engines = good(backend->engines());
    REQUIRE(engines.size() == 2);
    CHECK(engines[0].name == "one");
    CHECK(engines[0].seen_at == t(2));
  });
}

}  // namespace vitals::audit
