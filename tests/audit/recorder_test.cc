// SPDX-License-Identifier: Apache-2.0
#include "vitals/audit/recorder.h"

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "audit/repairs.h"
#include "catalogues.h"
#include "vitals/fleet.h"
#include "vitals/policy_yaml.h"
#include "vitals/recording.h"

namespace vitals::audit {
namespace {

constexpr Timestamp t(std::int64_t seconds) { return Timestamp{Seconds{1'700'000'000 + seconds}}; }

struct Written {
  std::vector<std::string> lines;
  Recorder recorder{[this](std::string_view line, const Event&) { lines.emplace_back(line); },
                    Seconds{300}};

  std::vector<std::string> take() { return std::exchange(lines, {}); }
};

const char* const one_host = "hosts: {h1: {switch: s1, rack: null}}\n";

}  // namespace

TEST_CASE("A result is a line that every reader of recordings takes, and is repeated until due") {
  Written written;
  written.recorder.tell_hosts(catalogue_of(one_host), t(0));
  CHECK(written.take() ==
        std::vector<std::string>{"{\"event\":\"host\",\"time\":1700000000,\"host\":\"h1\","
                                 "\"switch\":\"s1\",\"rack\":null}\n"});
  const Result result{.status = Status::warn,
                      .exit_code = 1,
                      .output = "a \"b\"",
                      .started_at = t(90),
                      .finished_at = t(100)};
  written.recorder.tell("h1", "disk", result, t(40), t(1000), t(100));
  const std::string rest =
      ",\"host\":\"h1\",\"service\":\"disk\",\"status\":\"WARN\",\"status_mtime\":1700000040,"
      "\"metadata\":{\"timestamp\":1700000090},\"description\":\"a \\\"b\\\"\"}\n";
  CHECK(written.take() == std::vector{"{\"event\":\"check\",\"receive_time\":1700000100" + rest});
  CHECK(written.recorder.next_repeat() == t(400));
  written.recorder.repeat(t(399));
  CHECK(written.take().empty());
  written.recorder.repeat(t(400));
  CHECK(written.take() == std::vector{"{\"event\":\"check\",\"receive_time\":1700000400" + rest});
  written.recorder.repeat(t(999));
  CHECK(written.take().size() == 1);
  written.recorder.repeat(t(1299));
  CHECK(written.take().empty());  // it is due again
  CHECK(written.recorder.next_repeat() == add(t(999), longest_duration));
}

TEST_CASE("Where nothing is told for a while, time passes all the same") {
  Written written;
  Recorder recorder([&](std::string_view line, const Event&) { written.lines.emplace_back(line); },
                    Seconds{300}, Seconds{5});
  recorder.repeat(t(0));
  CHECK(written.take().empty());  // of whom should it tell?
  CHECK_FALSE(recorder.next_repeat());
  recorder.tell_hosts(catalogue_of(one_host), t(0));
  CHECK(recorder.time() == t(0));
  CHECK(recorder.next_repeat() == t(5));
  CHECK(written.take().size() == 1);
  recorder.repeat(t(4));
  CHECK(written.take().empty());
  recorder.repeat(t(5));
  CHECK(written.take() ==
        std::vector<std::string>{"{\"event\":\"host\",\"time\":1700000005,\"host\":\"h1\"}\n"});
  recorder.tell("h1", "a", {.started_at = t(8)}, t(8), t(999), t(8));
  CHECK(written.take().size() == 1);
  CHECK(recorder.next_repeat() == t(13));
}

TEST_CASE("What was measured before a repair ended is not repeated after it") {
  Written written;
  written.recorder.tell_hosts(catalogue_of("hosts: {h1: {}, h1a: {}}\n"), t(0));
  for (const char* host : {"h1", "h1a"}) {
    CHECK(written.recorder.tell(host, "a", {.started_at = t(0)}, t(0), t(9000), t(0)));
  }
  CHECK_FALSE(written.recorder.tell("h2", "a", {.started_at = t(0)}, t(0), t(9000), t(0)));
  CHECK(written.recorder.tell_repair("h1", true, t(10)));
  written.take();
  written.recorder.repeat(t(300));
  CHECK(written.take().size() == 2);
  CHECK(written.recorder.tell_repair("h1", false, t(310)));
  CHECK_FALSE(written.recorder.tell_repair("h2", false, t(310)));
  written.take();
  written.recorder.repeat(t(600));
  const std::vector<std::string> lines = written.take();
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("\"h1a\"") != std::string::npos);
}

TEST_CASE("Of a host the newest result is repeated, and nothing of one that is gone") {
  Written written;
  written.recorder.tell_hosts(catalogue_of(one_host), t(0));
  const auto tell = [&](Status status, std::int64_t now) {
    written.recorder.tell("h1", "disk", {.status = status}, t(now), t(9999), t(now));
  };
  tell(Status::ok, 0);
  tell(Status::crit, 10);
  written.take();
  written.recorder.repeat(t(310));
  REQUIRE(written.lines.size() == 1);
  CHECK(written.take()[0].find("CRIT") != std::string::npos);
  written.recorder.tell_hosts(catalogue_of(one_host), t(320));
  CHECK(written.take().empty());  // nothing new
  written.recorder.tell_hosts(catalogue_of("hosts: {h1: {switch: s2, rack: null}}\n"), t(330));
  CHECK(written.take().size() == 1);
  written.recorder.tell_hosts(catalogue_of("hosts: {}\n"), t(340));
  REQUIRE(written.lines.size() == 1);
  CHECK(written.take()[0].find("\"remove\"") != std::string::npos);
  tell(Status::ok, 350);  // a run that ended after its host was gone
  written.recorder.tell_repair("h1", true, t(350));
  written.recorder.repeat(t(2000));
  CHECK(written.take().empty());
}

TEST_CASE(
    "What a host and its groups say that it needs is told with it, and again when it changes") {
  Written written;
  const auto tell = [&](const std::string& storage) {
    written.recorder.tell_hosts(
        catalogue_of("hosts: {h1: {groups: [g], needs: {storage: " + storage +
                     "}}}\ngroups: {g: {needs: {runtime: [\"{host}\", \"{host}-{host}\"]}}}\n"),
        t(0));
    return written.take();
  };
  const auto line = [](const std::string& storage) {
    return std::vector<std::string>{
        "{\"event\":\"host\",\"time\":1700000000,\"host\":\"h1\",\"needs\":{\"runtime\":[\"h1\","
        "\"h1-h1\"]"
        ",\"storage\":" +
        storage + "}}\n"};
  };
  CHECK(tell("[s2, s1]") == line("[\"s2\",\"s1\"]"));
  CHECK(tell("[s2, s1]").empty());
  CHECK(tell("null") == line("[]"));
}

TEST_CASE("NODATA measured nothing, and time never runs backwards in a recording") {
  Written written;
  written.recorder.tell_hosts(catalogue_of(one_host), t(100));
  written.recorder.tell("h1", "disk", {.status = Status::nodata, .started_at = t(90)}, t(90),
                        t(9999), t(50));
  REQUIRE(written.lines.size() == 2);
  CHECK(written.lines[1].find("\"receive_time\":1700000100") != std::string::npos);
  CHECK(written.lines[1].find("metadata") == std::string::npos);
  written.take();
  written.recorder.repeat(t(-100'000));  // a step back: nobody waits for what was near once
  CHECK(written.take().size() == 1);
  written.recorder.repeat(t(-100'000 + 300));
  CHECK(written.take().size() == 1);
}

TEST_CASE("The policy of a catalogue makes its audits checks that know their periods") {
  const Catalogue catalogue = catalogue_of(
      "hosts: {h1: {groups: [g]}, h2: {}}\n"
      "g: {audits: {disk: {run_every: 1day, command: [x]}, all: {run_every: 1h, command: [x]}}}\n"
      "h2: {audits: {all: {run_every: 2h, command: [x]}, off: {run_every: 1h, command: [x], "
      "enabled: false}}}\n");
  const PolicySet policy = audit_policy(catalogue, {});
  REQUIRE(policy.checks.size() == 2);
  const CheckPolicy& all = policy.checks.find("all")->second;
  CHECK(all.kind == Kind::hw_watcher);
  CHECK(all.period == Seconds{7200});
  CHECK(all.required);
  CHECK_FALSE(policy.checks.find("disk")->second.required);
}

TEST_CASE("What a policy's file says of an audit stays, and so do its classes") {
  const Catalogue catalogue = catalogue_of(
      "hosts: {h1: {}, h2: {}}\n"
      "h1: {audits: {app: {run_every: 5m, command: [x]}, disk: {run_every: 1h, command: [x]}}}\n"
      "h2: {audits: {registry: {run_every: 3m, command: [x]}, rack: {run_every: 1h, command: "
      "[x]}}}\n");
  const std::string text =
      "infrastructure:\n"
      "  classes:\n"
      "    storage: {checks: [blobs]}\n"
      "    repository: {checks: [registry], needs: [storage]}\n"
      "checks:\n"
      "  blobs: {kind: active, period: 2m, required: true}\n"
      "  registry: {kind: active, period: 1m, accuracy: 5s}\n"
      "  app: {kind: active, period: 5m, ignores: [storage]}\n"
      "  idle: {kind: active, ignores: [storage]}\n"
      "  rack: {kind: rack}\n";
  const PolicySet base = parse_policy(text, "p").value();
  const PolicySet policy = audit_policy(catalogue, base);
  const CheckSet expected{
      {"app", {.kind = Kind::active, .period = Seconds{300}}},
      {"blobs", {.kind = Kind::active, .period = Seconds{120}}},  // needed, and audited nowhere
      {"disk", {.kind = Kind::hw_watcher, .period = Seconds{3600}}},
      {"rack", {.kind = Kind::hw_watcher, .period = Seconds{3600}}},
      {"registry", {.kind = Kind::active, .period = Seconds{180}, .accuracy = Seconds{5}}},
  };
  CHECK(policy.checks == expected);
  CHECK(policy.classes == base.classes);
  CHECK(policy.ignores.size() == 1);
  const std::string printed = to_yaml(policy);
  CHECK(parse_policy(printed, "printed").value().checks == expected);
  const std::string period = printed.substr(printed.find("    period: 3m"));
  CHECK(period.substr(0, period.find('\n')).find("# set without a file") != std::string::npos);
}

TEST_CASE("An application is not repaired for a repository of which an engine knows nothing") {
  const Catalogue catalogue =
      catalogue_of("hosts: {h1: {}}\nh1: {audits: {app: {run_every: 5m, command: [x]}}}\n");
  const std::string text =
      "infrastructure: {classes: {repository: {checks: [registry]}}}\n"
      "checks: {registry: {kind: active}, app: {kind: active}}\n";
  Fleet fleet(audit_policy(catalogue, parse_policy(text, "p").value()));
  Recorder recorder(
      [&](std::string_view, const Event& event) { REQUIRE(fleet.apply(event).ok()); });
  recorder.tell_hosts(catalogue, t(0));
  recorder.tell("h1", "app", {.status = Status::crit, .started_at = t(0)}, t(0), t(300), t(5));
  HostState state = HostState::failing;
  fleet.health("h1", t(5), [&](const HostLine& line) { state = line.state; });
  CHECK(state != HostState::failing);
}

TEST_CASE("What a host needs is known to who repairs it, also after an edit of something else") {
  const std::string audits =
      "repo: {audits: {registry: {run_every: 5m, command: [x]}}}\n"
      "h1: {audits: {app: {run_every: 5m, command: [x], repair: {command: [x], enabled: true}}}}\n";
  const auto with_needs = [&](const std::string& needs) {
    return std::make_shared<const Catalogue>(
        catalogue_of("hosts: {repo: {}, h1: {" + needs + "}, h2: {}}\n" + audits));
  };
  Repairs repairs(parse_policy("infrastructure: {classes: {repository: {checks: [registry]}}}\n"
                               "checks: {registry: {kind: active}, app: {kind: active}}\n",
                               "p")
                      .value());
  Recorder recorder([&](std::string_view, const Event& event) { repairs.see(event, event.time); });
  const auto is_called_for = [&](const std::shared_ptr<const Catalogue>& all, Status parent) {
    repairs.use(all);
    recorder.tell_hosts(*all, t(0));
    recorder.tell("repo", "registry", {.status = parent, .started_at = t(0)}, t(-9000), t(300),
                  t(0));
    recorder.tell("h1", "app", {.status = Status::crit, .started_at = t(0)}, t(-5000), t(300),
                  t(5));
    return repairs.is_called_for(*find_host(*all, "h1"), all->audits.front(), t(5));
  };
  const auto stated = with_needs("needs: {repository: [repo]}");
  CHECK(is_called_for(stated, Status::ok));
  CHECK_FALSE(is_called_for(stated, Status::crit));
  auto edited = *stated;
  edited.hosts[1].address = "192.0.2.2";  // of a host of which nothing new is to be recorded
  CHECK(is_called_for(std::make_shared<const Catalogue>(edited), Status::ok));
  // Nor does an edit end the repair of a parent, or bring back what was before it.
  recorder.tell_repair("repo", true, t(5));
  CHECK_FALSE(is_called_for(stated, Status::ok));
  recorder.tell_repair("repo", false, t(6));
  CHECK_FALSE(is_called_for(stated, Status::ok));
  CHECK_FALSE(is_called_for(with_needs(""), Status::ok));
}

TEST_CASE("An auditor that falls silent goes stale, and one that is late does") {
  const Catalogue catalogue =
      catalogue_of("hosts: {h1: {}}\nh1: {audits: {disk: {run_every: 1h, command: [x]}}}\n");
  std::string recording;
  Recorder recorder([&](std::string_view line, const Event&) { recording += line; });
  recorder.tell_hosts(catalogue, t(0));
  recorder.tell("h1", "disk", {.status = Status::ok, .started_at = t(0)}, t(0), t(99'999), t(5));
  const auto counts_at = [&](std::int64_t now) {
    auto reader = RecordingReader::from_text(recording, "a");
    Fleet fleet(audit_policy(catalogue, {}));
    while (const Event* event = reader.next()) REQUIRE(fleet.apply(*event).ok());
    REQUIRE(reader.status().ok());
    bool counts = false;
    fleet.verdict("h1", "disk", t(now),
                  [&](const VerdictLine& line) { counts = line.verdict.counts(); });
    return counts;
  };
  CHECK(counts_at(5));
  CHECK(counts_at(604));        // received at 5, fresh for two push periods
  CHECK_FALSE(counts_at(605));  // nothing was repeated
  for (std::int64_t now = 305; now <= 6000; now += 300) recorder.repeat(t(now));
  CHECK(counts_at(4619));        // measured at 0: 10 min + 1 h + 2 min + 5 min
  CHECK_FALSE(counts_at(4620));  // it lives, but measures no more
}

}  // namespace vitals::audit
