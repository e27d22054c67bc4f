// SPDX-License-Identifier: Apache-2.0
// What the service answers to those who ask well.
#include "service/service.h"

#include <fstream>
#include <thread>

#include "served.h"

namespace vitals {
namespace {

std::string add(int inv, const std::string& name) {
  return R"({"hosts":[{"inv":)" + std::to_string(inv) + R"(,"name":")" + name + "\"}]}";
}

TEST_CASE("A host that one installation has is refused to another, with who holds it since when") {
  const Served served;
  const RawResponse given =
      served.ask("POST", "/v1/installations/rtc/hosts", rtc_token, add(7, "a"));
  CHECK(given.status == 200);
  CHECK(given.body == R"({"answers":[{"inv":7,"allowed":true,"reason":"granted",)"
                      R"("detail":"nobody else has it","holder":null,"entry":1}]})"
                      "\n");
  const RawResponse refused =
      served.ask("POST", "/v1/installations/yc/hosts", yc_token, add(7, "b"));
  CHECK(refused.status == 409);
  CHECK(refused.header("Content-Type") == "application/problem+json");
  CHECK(contains(refused.body, R"("reason":"inv_held","detail":"inventory number 7 is held by rtc )"
                               R"(since 2023-11-14T22:13:20Z")"));
  CHECK(contains(refused.body, R"("holder":{"installation":"rtc","inv":7,"name":"a",)"
                               R"("since":1700000000,)"));
  const RawResponse name =
      served.ask("POST", "/v1/installations/yc/hosts/8/rename", yc_token, R"({"name":"a"})");
  CHECK(name.status == 409);
  CHECK(contains(name.body, "\"reason\":\"name_held\""));
  const RawResponse inv =
      served.ask("POST", "/v1/installations/yc/hosts/8/change-inv", yc_token, R"({"inv":7})");
  CHECK(inv.status == 409);
  CHECK(served.ask("DELETE", "/v1/installations/rtc/hosts/7", rtc_token).status == 200);
  CHECK(served.ask("POST", "/v1/installations/yc/hosts", yc_token, add(7, "a")).status == 200);
}

TEST_CASE("Of many hosts each has its answer, and one refusal makes the whole a 409") {
  const Served served;
  CHECK(served.ask("POST", "/v1/installations/rtc/hosts", rtc_token, add(2, "b")).status == 200);
  const RawResponse mixed =
      served.ask("POST", "/v1/installations/yc/hosts", yc_token,
                 R"({"hosts":[{"inv":1},{"inv":2},{"inv":3,"host_type":"vm"}]})");
  CHECK(mixed.status == 409);
  CHECK(contains(mixed.body, R"("inv":1,"allowed":true)"));
  CHECK(contains(mixed.body, R"("inv":2,"allowed":false)"));
  CHECK(contains(mixed.body, R"("inv":3,"allowed":true)"));
}

TEST_CASE("Hosts are looked up by number, name and uuid, and listed page by page") {
  const Served served;
  for (int i = 1; i <= 5; ++i) {
    const std::string body = R"({"hosts":[{"inv":)" + std::to_string(i) + R"(,"name":"h)" +
                             std::to_string(i) + R"(","uuid":"u)" + std::to_string(i) + "\"}]}";
    REQUIRE(served.ask("POST", "/v1/installations/rtc/hosts", rtc_token, body).status == 200);
  }
  for (const char* const query : {"inv=3", "inv=3&bot=main", "name=h3", "uuid=u3", "name=%683"}) {
    const RawResponse found = served.ask("GET", std::string("/v1/hosts?") + query, reader_token);
    INFO(query);
    CHECK(found.status == 200);
    CHECK(contains(found.body, R"("inv":3,"name":"h3","uuid":"u3")"));
    CHECK_FALSE(contains(found.body, "\"inv\":4"));
  }
  CHECK(served.ask("GET", "/v1/hosts?inv=6", reader_token).body ==
        "{\"hosts\":[],\"next_cursor\":null}\n");
  const RawResponse first = served.ask("GET", "/v1/hosts?limit=3", reader_token);
  CHECK(contains(first.body, "\"next_cursor\":3}"));
  const RawResponse second = served.ask("GET", "/v1/hosts?limit=3&cursor=3", reader_token);
  CHECK(contains(second.body, "\"inv\":4"));
  CHECK(contains(second.body, "\"next_cursor\":null}"));
  const RawResponse refusals = served.ask("GET", "/v1/refusals", rtc_token);
  CHECK(refusals.body == "{\"refusals\":[],\"next_cursor\":null}\n");
  const RawResponse journal = served.ask("GET", "/v1/journal?limit=2", reader_token);
  CHECK(contains(journal.body,
                 R"("number":1,"at":1700000000,"happened":"add","installation":"rtc",)"
                 R"("asked_by":"127.0.0.1")"));
  CHECK(contains(journal.body, "\"next_cursor\":2}"));
}

TEST_CASE("A stand that only watches answers who asks with 403 and that reason") {
  const Served served({.monitor_only = true});
  for (const char* const token : {rtc_token, ""}) {
    const RawResponse answer =
        served.ask("POST", "/v1/installations/rtc/hosts", token, add(1, "a"));
    CHECK(answer.status == 403);
    CHECK(contains(answer.body, "\"reason\":\"monitor_only\""));
  }
  CHECK(served.ask("GET", "/v1/hosts", reader_token).status == 200);
}

TEST_CASE("Only allowed networks are let in, and reading may be open to them") {
  const Served closed({.allowed = {*parse_network("10.0.0.0/8")}});
  for (const char* const path : {"/", "/healthz", "/v1/hosts", "/nothing"}) {
    const RawResponse answer = closed.ask("GET", path, reader_token);
    CHECK(answer.status == 403);
    CHECK(contains(answer.body, "\"reason\":\"network\""));
  }
  const Served open({.config = std::string("reading: open\n") + (usual_config + 1),
                     .allowed = {*parse_network("127.0.0.0/8")}});
  CHECK(open.ask("GET", "/v1/hosts").status == 200);
  CHECK(open.ask("POST", "/v1/installations/rtc/hosts", "", add(1, "a")).status == 401);
  CHECK(open.ask("POST", "/v1/decisions", "", R"({"events":[]})").status == 401);
}

TEST_CASE("What the database cannot do is told as such, and when to ask again") {
  struct Row {
    absl::Status status;
    int expected;
    const char* reason;
    const char* again;
  };
  const Row rows[] = {
      {absl::UnavailableError("no connection"), 503, "unavailable", "5"},
      {absl::ResourceExhaustedError("the disk is full"), 503, "overloaded", "5"},
      {absl::AbortedError("too many others"), 503, "busy", "1"},
      {absl::InternalError("a bug"), 500, "internal", ""},
  };
  const Served served;
  for (const Row& row : rows) {
    served.coordinator->fail_with(row.status);
    const RawResponse answers[] = {
        served.ask("POST", "/v1/installations/rtc/hosts", rtc_token, add(1, "a")),
        served.ask("GET", "/v1/hosts?inv=1", reader_token),
        served.ask("GET", "/v1/conflicts", reader_token),
        served.ask("GET", "/v1/installations", reader_token),
        served.ask("GET", "/readyz"),
    };
    for (const RawResponse& answer : answers) {
      INFO(answer.body);
      CHECK(answer.status == row.expected);
      CHECK(contains(answer.body, std::string("\"reason\":\"") + row.reason + "\""));
      CHECK(answer.header("Retry-After") == row.again);
    }
    CHECK(served.ask("GET", "/healthz").status == 200);
  }
}

TEST_CASE("A configuration that is read anew replaces the old one whole, or not at all") {
  Served served({.start = true});
  const std::string request = add(1, "a");
  CHECK(served.ask("POST", "/v1/installations/il/hosts", "il-token-0123456789", request).status ==
        401);
  served.folder.write("il.tokens", "il-token-0123456789\n");
  const std::string more =
      std::string(usual_config) +
      "  il: {type: calls, bot: main, tokens: il.tokens, url: \"http://127.0.0.1:9/\"}\n";
  const std::string other = "  x: {type: calls, bot: main, url: \"http://127.0.0.1:9/\", ";
  struct Bad {
    const char* why;
    std::string config;
    const char* expected;
  };
  const Bad bad[] = {
      {"no YAML", "installations: [", "coordinator.yaml:1:"},
      {"an unknown key", more + "extra: 1\n", "extra"},
      {"tokens that are not there", more + other + "tokens: gone.tokens}\n",
       "gone.tokens: No such file"},
      {"a network that is none", more + other + "tokens: il.tokens, networks: [10.0.0.1/8]}\n",
       "has bits set behind its prefix"},
      {"somebody else's token", more + other + "tokens: rtc.tokens}\n", "also a token of"},
      {"a policy that is none", "policy: bad.yaml\n" + (more), "bad.yaml"},
  };
  served.folder.write("bad.yaml", "checks: 5\n");
  for (const Bad& row : bad) {
    INFO(row.why);
    served.folder.write("coordinator.yaml", row.config);
    const absl::Status status = served.service->reload();
    CHECK_FALSE(status.ok());
    CHECK(contains(std::string(status.message()), row.expected));
    CHECK(served.ask("GET", "/v1/hosts", reader_token).status == 200);
  }
  served.folder.write("coordinator.yaml", more);
  CHECK(served.service->reload().ok());
  CHECK(served.ask("POST", "/v1/installations/il/hosts", "il-token-0123456789", request).status ==
        200);
  CHECK(contains(served.ask("GET", "/metrics", reader_token).body,
                 "coordinator_refused_reloads_total 6"));
}

TEST_CASE("A token is replaced by writing its file, and a bad file changes nothing") {
  Served served({.start = true});
  const auto status_with = [&](const char* token) {
    return served.ask("GET", "/v1/hosts", token).status;
  };
  const char* const next = "rtc-token-of-tomorrow";
  const auto wait_for = [&](const char* words) {
    while (!contains(served.log(), words)) std::this_thread::yield();
  };
  served.folder.write("rtc.tokens", std::string(rtc_token) + "\n" + next + "\n");
  wait_for("tokens were read anew");
  CHECK(status_with(rtc_token) == 200);
  CHECK(status_with(next) == 200);
  served.folder.write("rtc.tokens", "short\n");
  wait_for("tokens stay as they were");
  CHECK(status_with(rtc_token) == 200);
  CHECK_FALSE(contains(served.log(), "short\n"));  // a token does not go to the log
  served.folder.write("rtc.tokens", std::string(next) + "\n");
  while (status_with(rtc_token) != 401) std::this_thread::yield();
  CHECK(status_with(next) == 200);
}

TEST_CASE("The page, the description and the metrics are served") {
  const Served served;
  const RawResponse page = served.ask("GET", "/");
  CHECK(page.status == 200);
  CHECK(contains(page.header("Content-Security-Policy"), "default-src 'none'"));
  CHECK(contains(page.body, "<title>Coordinator</title>"));
  CHECK_FALSE(contains(page.body, "http"));  // nothing from elsewhere
  CHECK(served.ask("GET", "/page.js").header("Content-Type") == "text/javascript; charset=utf-8");
  CHECK(served.ask("GET", "/page.css").status == 200);
  const RawResponse description = served.ask("GET", "/openapi.yaml");
  std::ifstream file(std::string(VITALS_TESTS_DIR) + "/../docs/coordinator/openapi.yaml");
  CHECK(description.body == std::string(std::istreambuf_iterator<char>(file), {}));
}

TEST_CASE("Decisions on health are those of the library") {
  const Served served;
  const std::string events =
      R"({"event":"host","time":1000,"host":"h1","switch":null,"rack":null},)"
      R"({"receive_time":1100,"host":"h1","service":"ssh","status":"CRIT","status_mtime":900})";
  const std::string body = R"({"at":1200,"events":[)" + events + "]}";
  const RawResponse object = served.ask("POST", "/v1/decisions", reader_token, body);
  CHECK(object.status == 200);
  CHECK(contains(object.body, R"("host":"h1","state":"failing","failing":["ssh"])"));
  CHECK(contains(object.body, R"("check":"ssh","status":"CRIT","counts":true)"));
  RawClient client(served.server->port());
  std::string lines = events;
  lines.replace(lines.find("},{"), 3, "}\n{");
  const RawResponse same = client.ask(
      "POST /v1/decisions?at=1200 HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-ndjson\r\n"
      "Authorization: Bearer " +
      std::string(reader_token) + "\r\nContent-Length: " + std::to_string(lines.size()) +
      "\r\n\r\n" + lines);
  CHECK(same.body == object.body);
  // Events may come in any order in an object; without a moment, it is now.
  const RawResponse now = served.ask(
      "POST", "/v1/decisions", reader_token,
      R"({"events":[{"receive_time":1699999999,"host":"h","service":"ssh","status":"OK",)"
      R"("status_mtime":1},{"event":"host","time":1000,"host":"h","switch":null,"rack":null}]})");
  CHECK(contains(now.body, R"({"at":1700000000,)"));
  CHECK(contains(now.body, R"("check":"ssh","status":"OK","counts":true)"));
}

}  // namespace
}  // namespace vitals
