// SPDX-License-Identifier: Apache-2.0
#include "audit/others.h"

#include <catch2/catch.hpp>

#include "backends.h"
#include "catalogues.h"

namespace vitals::audit {
namespace {

const char* const two_hosts =
    "hosts: {h1: {groups: [g]}, h2: {groups: [g]}}\n"
    "g: {audits: {a: {run_every: 1h, command: [x]}}}\n";

struct Heard {
  explicit Heard(const std::string& url) : backend(open_backend(url)), other(open_backend(url)) {
    fill(*other, catalogue_of(two_hosts), t(0));
  }

  // What is told, each line as `h1:OK` or `h1:begin`.
  std::string hear(std::int64_t now) {
    said.clear();
    good(others.hear(t(now)));
    return said;
  }
  void finish(std::size_t nth, std::int64_t now) {
    const std::vector<ClaimRequest> requests{{records_of(*other).at(nth).id, t(now + 60)}};
    good(other->run_now({}, t(now)).status());
    const ClaimAnswer answer = good(other->claim("o", requests, t(now))).at(0);
    REQUIRE(answer.granted());
    const std::vector<Finished> finished{
        {{requests[0].id, answer.claim},
         {.status = Status::ok, .started_at = t(now), .finished_at = t(now)},
         t(now + 3600)}};
    REQUIRE(good(other->finish("o", finished, t(now))).at(0));
  }
  std::int64_t repair(const char* host, std::int64_t now) {
    const auto answer = good(other->begin_repair(
        {.host = host, .audit = "b", .engine = "o", .until = t(now + 60), .measured_at = t(now)},
        [](std::span<const std::string>) { return true; }, t(now)));
    REQUIRE(answer.granted());
    return answer.id;
  }

  std::unique_ptr<Backend> backend;
  std::unique_ptr<Backend> other;
  std::string said;
  Recorder recorder{[this](std::string_view, const Event& event) {
    if (event.type == EventType::host) return;
    said += std::string(event.host) + (event.type == EventType::check                ? ":OK "
                                       : event.type == EventType::manipulation_begin ? ":begin "
                                                                                     : ":end ");
  }};
  Others others{*backend, recorder, Seconds{35}};
};

}  // namespace

TEST_CASE("Each result and each repair of others is told once, also where clocks step back") {
  on_each_database([](const TestDatabase& database) {
    Heard heard(database.url);
    heard.recorder.tell_hosts(catalogue_of(two_hosts), t(0));
    CHECK(heard.hear(0).empty());
    const std::int64_t repair = heard.repair("h1", 100);
    CHECK(heard.hear(101) == "h1:begin ");
    CHECK(heard.hear(106).empty());
    good(heard.other->end_repair(repair, 0, t(110)));
    heard.finish(1, 110);
    CHECK(heard.hear(111) == "h1:end h2:OK ");
    CHECK(heard.hear(116).empty());
    CHECK(heard.hear(300).empty());
    CHECK(heard.hear(112).find("h1") == std::string::npos);  // nothing is repaired once more
  });
}

TEST_CASE("The end of a repair is heard however late it is told") {
  on_each_database([](const TestDatabase& database) {
    Heard heard(database.url);
    heard.recorder.tell_hosts(catalogue_of(two_hosts), t(0));
    CHECK(heard.hear(0).empty());
    const std::int64_t repair = heard.repair("h1", 100);
    CHECK(heard.hear(101) == "h1:begin ");
    CHECK(heard.hear(500).empty());
    good(heard.other->end_repair(repair, 0, t(110)));
    CHECK(heard.hear(505) == "h1:end ");
    CHECK(heard.hear(510).empty());
  });
}

TEST_CASE("What others did to a host is told when the host is") {
  on_each_database([](const TestDatabase& database) {
    Heard heard(database.url);
    heard.recorder.tell_hosts(catalogue_of("hosts: {h1: {}}\n"), t(0));
    CHECK(heard.hear(0).empty());
    heard.finish(1, 10);
    CHECK(heard.hear(11).empty());
    CHECK(heard.hear(99).empty());
    const std::int64_t repair = GENERATE(false, true) ? heard.repair("h2", 100) : 0;
    CHECK(heard.hear(101).empty());
    heard.recorder.tell_hosts(catalogue_of(two_hosts), t(200));
    CHECK(heard.hear(200) == (repair != 0 ? "h2:begin h2:OK " : "h2:OK "));
    CHECK(heard.hear(205).empty());
  });
}

TEST_CASE("Who begins hears what is still known, and nothing of before a repair") {
  on_each_database([](const TestDatabase& database) {
    Heard heard(database.url);
    heard.finish(0, 10);
    heard.finish(1, 10);
    good(heard.other->end_repair(heard.repair("h1", 50), 0, t(60)));
    static_cast<void>(heard.repair("h2", 70));
    heard.recorder.tell_hosts(catalogue_of(two_hosts), t(100));
    const std::int64_t now = GENERATE(100, 3609, 3610);
    CHECK(heard.hear(now) == (now < 3610 ? "h2:begin h2:OK " : "h2:begin "));
    CHECK(heard.hear(now + 5).empty());
  });
}

}  // namespace vitals::audit
