// SPDX-License-Identifier: Apache-2.0
#include "vitals/audit/engine.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <thread>

#include "../../tools/audit/system_clock.h"
#include "backends.h"
#include "text/bridge.h"
#include "vitals/fleet.h"
#include "vitals/recording.h"

namespace vitals::audit {
namespace {

// A clock whose time of the wall the test turns, while waits are real but short.
class FastClock final : public Clock {
 public:
  Timestamp now() override { return t(now_); }
  std::chrono::milliseconds steady() override { return real_.steady(); }
  void wait_until(Timestamp moment) override {
    now_ = std::max(now_.load(), (moment - t(0)).count());
    if (on_wait) on_wait();
  }
  void wake() override {}
  std::atomic<std::int64_t> now_{0};
  std::function<void()> on_wait;

 private:
  SystemClock real_;
};

struct World {
  explicit World(const std::string& text) {
    std::ofstream(directory.path() + "/a.yaml") << text;
    backend = open_backend("dir:" + directory.path());
  }

  Engine& make(EngineOptions options) {
    options.name = options.name.empty() ? "e" : options.name;
    options.on_message = [this](std::string_view text) { messages.emplace_back(text); };
    engine = std::make_unique<Engine>(*backend, clock,
                                      Engine::Sink{.line =
                                                       [this](std::string_view line) {
                                                         recording += line;
                                                         if (on_line) on_line(line);
                                                       },
                                                   .flush = [] {}},
                                      std::move(options));
    return *engine;
  }

  [[nodiscard]] std::size_t count(std::string_view word) const {
    std::size_t found = 0;
    for (std::size_t at = 0; (at = recording.find(word, at)) != std::string::npos; ++at) ++found;
    return found;
  }

  TemporaryDirectory directory;
  FastClock clock;
  std::unique_ptr<Backend> backend;
  std::vector<std::string> messages;
  std::string recording;
  std::function<void(std::string_view line)> on_line;
  std::unique_ptr<Engine> engine;
};

}  // namespace

TEST_CASE("Everything is run once, told to the backend and recorded") {
  World world(
      "hosts: {h1: {address: 192.0.2.1, groups: [g]}, h2: {groups: [g]}}\n"
      "g:\n  audits:\n"
      "    ok: {run_every: 1h, command: [sh, -c, 'echo \"$0 $VITALS_HOST $VITALS_ADDRESS\"', "
      "'{audit}@{host}']}\n"
      "    bad: {run_every: 1h, command: [sh, -c, 'echo broken; exit 2']}\n"
      "    none: {run_every: 1h, command: [/does/not/exist]}\n"
      "    off: {run_every: 1h, command: [x], enabled: false}\n");
  good(world.make({.executor = {.max_workers = 2}, .once = true}).run());
  CHECK(world.engine->counters().runs == 6);
  const auto records = records_of(*world.backend);
  REQUIRE(records.size() == 8);
  CHECK(records[0].result->status == Status::crit);
  CHECK(records[0].result->output == "broken");
  CHECK(records[1].result->status == Status::nodata);
  CHECK_FALSE(records[2].result);
  CHECK(records[3].result->output == "ok@h1 h1 192.0.2.1");
  CHECK(records[7].result->output == "ok@h2 h2");
  for (const Record& record : records) {
    CHECK(record.status != RecordStatus::processing);
    if (record.result) CHECK(*record.next_run > world.clock.now());
  }
  auto reader = RecordingReader::from_text(world.recording, "recording");
  std::size_t events = 0;
  while (reader.next() != nullptr) ++events;
  INFO(reader.status());
  CHECK(reader.status().ok());
  CHECK(events == 2 + 6);
}

TEST_CASE("A stop takes no new work, waits for what runs, and leaves nothing in processing") {
  World world(
      "hosts: {h1: {}}\n"
      "h1: {audits: {a: {run_every: 1h, command: [sh, -c, 'sleep 0.2; echo done']},\n"
      "              b: {run_every: 1h, command: [sh, -c, 'sleep 0.2; echo done']},\n"
      "              c: {run_every: 1h, command: [sh, -c, 'sleep 0.2; echo done']}}}\n");
  Engine& engine = world.make({.executor = {.max_workers = 2}, .once = true});
  std::thread other([&] {
    const auto own = open_backend("dir:" + world.directory.path());
    const auto is_running = [](const Record& one) {
      return one.status == RecordStatus::processing;
    };
    for (;;) {
      std::vector<Record> records;
      own->visit_records([&](const Record& record) { records.push_back(record); }).IgnoreError();
      if (std::any_of(records.begin(), records.end(), is_running)) break;
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    engine.stop();
  });
  good(engine.run());
  other.join();
  std::size_t done = 0;
  for (const Record& record : records_of(*world.backend)) {
    CHECK(record.status != RecordStatus::processing);
    if (record.result && record.result->output == "done") ++done;
  }
  CHECK(done >= 1);
  CHECK(done <= 2);
}

TEST_CASE("A second stop kills what runs and gives it back") {
  World world("hosts: {h1: {}}\nh1: {audits: {a: {run_every: 1h, command: [sleep, '1000']}}}\n");
  Engine& engine = world.make({.once = true});
  std::thread other([&] {
    const auto own = open_backend("dir:" + world.directory.path());
    bool runs = false;
    while (!runs) {
      own->visit_records(
             [&](const Record& record) { runs = record.status == RecordStatus::processing; })
          .IgnoreError();
    }
    engine.stop();
    engine.stop();
  });
  good(engine.run());
  other.join();
  const auto records = records_of(*world.backend);
  CHECK(records[0].status == RecordStatus::fresh);
  CHECK_FALSE(records[0].result);
}

TEST_CASE("A broken catalogue at the start is an error") {
  World world("hosts: {h1: {\n");
  CHECK_FALSE(world.make({}).run().ok());
  REQUIRE(world.messages.size() == 1);
  CHECK(world.messages[0].find("a.yaml:2:1: not YAML") != std::string::npos);
}

namespace {

// Audits that are CRIT until a file is there, which the repair makes.
std::string broken_hosts(const std::string& directory, const char* repair) {
  return "hosts: {h1: {groups: [g]}, h2: {groups: [g]}, h3: {groups: [g]}}\n"
         "groups: {g: {repairs_at_once: 34%}}\n"
         "g: {audits: {disk: {run_every: 10m, command: [test, -e, '" +
         directory + "/{host}.fixed'], repair: {command: [sh, -c, 'sleep 0.05; touch " + directory +
         "/$VITALS_HOST.fixed'], " + repair + "}}}}\n";
}

}  // namespace

TEST_CASE("A host that fails is repaired, one of a group at a time, and audited anew") {
  const TemporaryDirectory files;
  // `test` exits with 1, which is WARN: only CRIT calls for a repair.
  std::string text = broken_hosts(files.path(), "enabled: true");
  const std::string from = "[test, -e, '" + files.path() + "/{host}.fixed']";
  text.replace(text.find(from), from.size(),
               "[sh, -c, 'test -e \"$0\" || exit 2', '" + files.path() + "/{host}.fixed']");
  World world(text);
  Engine& engine = world.make({});
  std::size_t under_way = 0;
  std::size_t most = 0;
  world.on_line = [&](std::string_view line) {
    if (line.find("\"begin\"") != std::string_view::npos) most = std::max(most, ++under_way);
    if (line.find("\"end\"") != std::string_view::npos) --under_way;
    if (world.clock.now() > t(7200)) engine.stop();
  };
  good(engine.run());
  CHECK(engine.counters().repairs == 3);
  CHECK(most == 1);
  CHECK(world.count("\"begin\"") == 3);
  CHECK(world.count("\"end\"") == 3);
  for (const Record& record : records_of(*world.backend)) {
    INFO(record.host);
    CHECK(record.result->status == Status::ok);
  }
  // By the rules the hosts are healthy now: what was measured after the repair counts.
  auto reader = RecordingReader::from_text(world.recording, "recording");
  Fleet fleet(audit_policy(*good(world.backend->catalogue()), {}));
  while (const Event* event = reader.next()) good(fleet.apply(*event));
  good(reader.status());
  int healthy = 0;
  fleet.judge_hosts(world.clock.now(), [&](const HostLine& line) {
    if (line.state == HostState::healthy) ++healthy;
  });
  CHECK(healthy == 3);
}

TEST_CASE("Nothing is repaired that is not called for") {
  struct Row {
    const char* why;
    const char* repair;
    bool crit;
    bool dry_run;
    bool told;
  };
  const Row row = GENERATE(values<Row>({{"WARN", "enabled: true", false, false, false},
                                        {"not enabled", "again_after: 1h", true, false, false},
                                        {"a dry run", "enabled: true", true, true, true}}));
  DYNAMIC_SECTION(row.why) {
    const TemporaryDirectory files;
    std::string text = broken_hosts(files.path(), row.repair);
    const std::string from = "[test, -e, '" + files.path() + "/{host}.fixed']";
    text.replace(text.find(from), from.size(), row.crit ? "[sh, -c, exit 2]" : "[sh, -c, exit 1]");
    World world(text);
    good(world.make({.dry_run = row.dry_run, .once = true}).run());
    CHECK(world.engine->counters().runs == 3);
    CHECK(world.engine->counters().repairs == 0);
    CHECK(world.count("manipulation") == 0);
    CHECK(world.messages.size() == (row.told ? 3 : 0));
  }
}

namespace {

// What somebody does through a backend of his own while an engine runs, once, at a moment.
struct Deed {
  std::int64_t at = 0;
  std::function<void(Backend& backend, Engine& engine)> what;
  bool done = false;
};

void run_with_deeds(World& world, Engine& engine, std::vector<Deed> deeds) {
  const auto other = open_backend("dir:" + world.directory.path());
  world.clock.on_wait = [&] {
    for (Deed& deed : deeds) {
      if (deed.done || world.clock.now() < t(deed.at)) continue;
      deed.done = true;
      deed.what(*other, engine);
    }
  };
  good(engine.run());
  for (const Deed& deed : deeds) CHECK(deed.done);
}

}  // namespace

TEST_CASE("What is paused for all runs no more, and what was missed runs once when it is resumed") {
  World world("hosts: {h1: {}}\nh1: {audits: {a: {run_every: 1m, command: ['true']}}}\n");
  Engine& engine = world.make({});
  std::uint64_t before = 0;
  std::uint64_t after = 0;
  run_with_deeds(
      world, engine,
      {{1000, [](Backend& backend, Engine&) { good(backend.set_paused(true, "a move")); }},
       {1100, [&](Backend&, Engine& one) { before = one.counters().runs; }},
       {5000, [](Backend& backend, Engine&) { good(backend.set_paused(false, "")); }},
       {5000, [&](Backend&, Engine& one) { after = one.counters().runs; }},
       {5059, [](Backend&, Engine& one) { one.stop(); }}});
  CHECK(before >= 10);
  CHECK(after == before);
  CHECK(engine.counters().runs >= after + 1);
  CHECK(engine.counters().runs <= after + 2);  // the missed one, and one that is due by itself
  CHECK(world.messages == std::vector<std::string>{"paused: a move", "resumed"});
}

TEST_CASE("A pause of some records, and a run that is asked for, are heeded within seconds") {
  World world(
      "hosts: {h1: {groups: [g]}, h2: {groups: [g]}}\n"
      "g: {audits: {a: {run_every: 1day, command: ['true']}}}\n");
  Engine& engine = world.make({.scheduler = {.refresh_every = Seconds{86'400}}});
  const auto ask = [&](Backend& backend) {
    CHECK(good(backend.run_now({"", "a"}, world.clock.now())) == 2);
    good(backend.announce());
  };
  run_with_deeds(world, engine,
                 {{1000,
                   [&](Backend& backend, Engine& one) {
                     CHECK(one.counters().runs == 2);
                     CHECK(good(backend.set_disabled({"h2", ""}, true, "why", t(1000))) == 1);
                     ask(backend);
                   }},
                  {1007,
                   [&](Backend& backend, Engine& one) {
                     CHECK(one.counters().runs == 3);
                     CHECK(good(backend.set_disabled({"h2", ""}, false, "", t(1007))) == 1);
                     ask(backend);
                   }},
                  {1014, [](Backend&, Engine& one) { one.stop(); }}});
  CHECK(engine.counters().runs == 5);
}

TEST_CASE("Repairs of other engines stand in the recording of each") {
  World world("hosts: {h1: {}}\nh1: {audits: {a: {run_every: 1m, command: ['true']}}}\n");
  Engine& engine = world.make({});
  std::int64_t repair = 0;
  run_with_deeds(world, engine,
                 {{1000,
                   [&](Backend& backend, Engine&) {
                     repair =
                         good(backend.begin_repair(
                                  {.host = "h1", .audit = "b", .engine = "other", .until = t(2000)},
                                  [](std::span<const std::string>) { return true; }, t(1000)))
                             .id;
                   }},
                  {1007,
                   [&](Backend& backend, Engine&) {
                     CHECK(world.count("\"begin\"") == 1);
                     CHECK(world.count("\"end\"") == 0);
                     good(backend.end_repair(repair, 0, t(1007)));
                   }},
                  {1014, [&](Backend&, Engine&) { CHECK(world.count("\"end\"") == 1); }},
                  {1020, [&](Backend&, Engine& one) { one.stop(); }}});
  CHECK(world.count("\"begin\"") == 1);
  CHECK(world.count("\"end\"") == 1);
}

TEST_CASE("What another engine found stops a repair, and stands in the recording of each") {
  const bool is_parent_broken = GENERATE(false, true);
  const TemporaryDirectory files;
  World world(
      "hosts:\n"
      "  par: {switch: null, rack: null, needs: {}}\n"
      "  dep: {switch: null, rack: null, needs: {store: [par]}}\n"
      "par: {audits: {blobs: {run_every: 1d, command: ['true']}}}\n"
      "dep: {audits: {app: {run_every: 10s, command: [sh, -c, 'test ! -e \"$0\" || exit 2', '" +
      files.path() + "/down'], repair: {command: ['true'], enabled: true}}}}\n");
  const PolicySet policy = parse_policy(
                               "juggler: {propagation: 0s, overhead: 1m}\n"
                               "pongerd: {flap_delay: 0s}\n"
                               "infrastructure: {classes: {store: {checks: [blobs], lag: 1m}}}\n"
                               "checks: {blobs: {kind: active, period: 1d}, app: {kind: active, "
                               "period: 10s}}\n",
                               "p")
                               .value();
  Engine& engine = world.make(
      {.scheduler = {.refresh_every = Seconds{86'400}, .timetable = {.spread = Seconds{1}}},
       .policy = policy});
  const auto break_parent = [](Backend& backend, Engine&) {
    REQUIRE(good(backend.run_now({"par", "blobs"}, t(400))) == 1);
    const std::vector<Record> records = records_of(backend);
    REQUIRE(records.at(1).audit == "blobs");
    const std::vector<ClaimRequest> requests{{records[1].id, t(500)}};
    const ClaimAnswer answer = good(backend.claim("other", requests, t(400))).at(0);
    REQUIRE(answer.granted());
    const std::vector<Finished> finished{
        {{records[1].id, answer.claim},
         {.status = Status::crit, .started_at = t(400), .finished_at = t(400)},
         t(80'000)}};
    REQUIRE(good(backend.finish("other", finished, t(400))).at(0));
  };
  std::vector<Deed> deeds{
      {401, [&](Backend&, Engine&) { std::ofstream(files.path() + "/down") << "x"; }},
      {800, [](Backend&, Engine& one) { one.stop(); }}};
  if (is_parent_broken) deeds.insert(deeds.begin(), {400, break_parent});
  run_with_deeds(world, engine, std::move(deeds));
  CHECK((engine.counters().repairs == 0) == is_parent_broken);
  CHECK(world.count("\"service\":\"blobs\",\"status\":\"CRIT\"") == (is_parent_broken ? 2 : 0));
}

TEST_CASE("An engine that starts anew tells what is still known, and only that") {
  World world(
      "hosts: {h1: {}}\n"
      "h1: {audits: {daily: {run_every: 1d, command: [sh, -c, exit 2]},\n"
      "              fast: {run_every: 1m, command: ['true']}}}\n");
  good(world.make({.once = true}).run());
  CHECK(world.count("\"daily\"") == 1);
  const bool is_repaired_since = GENERATE(false, true);
  if (is_repaired_since) {
    const auto answer = good(world.backend->begin_repair(
        {.host = "h1", .audit = "other", .engine = "e", .until = t(90)},
        [](std::span<const std::string>) { return true; }, t(10)));
    good(world.backend->end_repair(answer.id, 0, t(20)));
  }
  world.recording.clear();
  world.clock.now_ = 100;
  Engine& engine = world.make({});
  run_with_deeds(world, engine, {{110, [](Backend&, Engine& one) { one.stop(); }}});
  CHECK(world.count("\"daily\",\"status\":\"CRIT\"") == (is_repaired_since ? 0 : 1));
  CHECK(world.count("\"metadata\":{\"timestamp\":1700000000}") == (is_repaired_since ? 0 : 1));
  CHECK(world.count("manipulation") == 0);
  CHECK(engine.counters().runs <= 2);  // of what is due, which is not told before it is run
  CHECK(world.count("\"fast\"") == engine.counters().runs);
}

TEST_CASE("Where the clock goes back, people are told why a recording stands still") {
  const TemporaryDirectory files;
  World world(
      "hosts: {h1: {switch: null, rack: null}}\n"
      "h1: {audits: {a: {run_every: 1m, command: [sh, -c, 'test ! -e \"$0\" || exit 2', '" +
      files.path() + "/down'], repair: {enabled: true, command: ['true']}}}}\n");
  Engine& engine = world.make({});
  bool is_back = false;
  world.clock.on_wait = [&] {
    if (!is_back && world.clock.now_ >= 5000) {
      is_back = true;
      world.clock.now_ = 1000;
      std::ofstream(files.path() + "/down") << "x";
    }
    if (is_back && world.clock.now_ > 1200) engine.stop();
  };
  good(engine.run());
  REQUIRE(world.messages.size() >= 2);
  CHECK(world.messages[0].find("the clock went back: until 2023-11-14T23:36") == 0);
  CHECK(world.messages[1].find("has to wait: the clock went back") != std::string::npos);
  CHECK(engine.counters().repairs == 0);
}

}  // namespace vitals::audit
