// SPDX-License-Identifier: Apache-2.0
// Requests that nobody should send, each with its status and its problem.
#include <set>

#include "http/problem.h"
#include "served.h"

namespace vitals {
namespace {

struct Row {
  const char* why;
  std::string bytes;
  int status;
  const char* reason;
};

constexpr const char* hosts = "/v1/installations/rtc/hosts";

std::string post(std::string_view target, std::string_view body,
                 std::string_view token = rtc_token) {
  return request_text("POST", target, token, body);
}
std::string get(std::string_view target) { return request_text("GET", target, reader_token); }

std::string with_header(std::string_view method, std::string_view target, std::string_view header,
                        std::string_view body) {
  return std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n" +
         std::string(header) + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

void check_rows(const std::vector<Row>& rows) {
  const Served served;
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      RawClient client(served.server->port());
      client.send(row.bytes);
      client.finish_sending();
      const RawResponse answer = client.receive();
      INFO(answer.body);
      CHECK(answer.status == row.status);
      CHECK(answer.header("Content-Type") == problem_content_type);
      CHECK(contains(answer.body, "\"status\":" + std::to_string(row.status) + ","));
      CHECK(contains(answer.body, "\"reason\":\"" + std::string(row.reason) + "\""));
      CHECK(contains(answer.body, "\"detail\":\""));
      CHECK(answer.body.find('\n') == answer.body.size() - 1);
    }
  }
  RawClient after(served.server->port());
  CHECK(after.ask(request_text("GET", "/healthz")).status == 200);
  const auto journal = served.coordinator->journal({}, {});
  REQUIRE(journal.ok());
  CHECK(journal->elements.empty());  // nothing of all this was taken for a question
}

TEST_CASE("Who may not ask is told why, before the body is read") {
  const std::string some = R"({"hosts":[{"inv":1}]})";
  const std::string token = "Authorization: Bearer ";
  const std::string json = "\r\nContent-Type: application/json";
  check_rows({
      {"no token", post(hosts, some, ""), 401, "no_token"},
      {"a token of nobody", post(hosts, some, "nobody-token-0123456789"), 401, "bad_token"},
      {"a token that is cut", post(hosts, some, "rtc-token-012345678"), 401, "bad_token"},
      {"a token with more behind", post(hosts, some, "rtc-token-01234567890"), 401, "bad_token"},
      {"an empty token", with_header("POST", hosts, token + json, some), 401, "no_token"},
      {"a token in blanks",
       with_header("POST", hosts, token + " rtc-token-0123456789 x" + json, some), 401, "no_token"},
      {"a huge token", with_header("POST", hosts, token + std::string(5000, 'x') + json, some), 401,
       "no_token"},
      {"another scheme", with_header("POST", hosts, "Authorization: Basic cnRjOng=" + json, some),
       401, "no_token"},
      {"a token in the query", post(std::string(hosts) + "?token=" + rtc_token, some, ""), 401,
       "no_token"},
      {"another installation's token", post(hosts, some, yc_token), 403, "other_installation"},
      {"a reader's token", post(hosts, some, reader_token), 403, "other_installation"},
      {"an installation that is not there", post("/v1/installations/none/hosts", some), 403,
       "other_installation"},
      {"an installation in other case", post("/v1/installations/RTC/hosts", some), 403,
       "other_installation"},
      {"readers as an installation", post("/v1/installations/(readers)/hosts", some), 403,
       "other_installation"},
      {"from another network", post("/v1/installations/far/hosts", some, "far-token-0123456789"),
       403, "network"},
      {"deleting for another", request_text("DELETE", "/v1/installations/yc/hosts/1", rtc_token),
       403, "other_installation"},
      {"renaming for another", post("/v1/installations/yc/hosts/1/rename", R"({"name":"a"})"), 403,
       "other_installation"},
      {"letting another shrink", post("/v1/installations/yc/let-shrink", "{}"), 403,
       "other_installation"},
      {"reading without a token", request_text("GET", "/v1/hosts"), 401, "no_token"},
      {"the journal without a token", request_text("GET", "/v1/journal"), 401, "no_token"},
      {"metrics without a token", request_text("GET", "/metrics"), 401, "no_token"},
      {"decisions with a token of nobody", post("/v1/decisions", "{}", "nobody-token-0123456789"),
       401, "bad_token"},
      {"two tokens",
       with_header("GET", "/v1/hosts", token + rtc_token + "\r\nAuthorization: Bearer " + yc_token,
                   ""),
       400, "bad_header"},
  });
}

TEST_CASE("What is not there is not there, by whatever path") {
  check_rows({
      {"another path", get("/v1/nothing"), 404, "no_such_path"},
      {"a path too short", get("/v1"), 404, "no_such_path"},
      {"a path too long", get("/v1/hosts/1"), 404, "no_such_path"},
      {"another version", get("/v2/hosts"), 404, "no_such_path"},
      {"a path in capitals", get("/V1/HOSTS"), 404, "no_such_path"},
      {"a file of the system", get("/../../etc/passwd"), 400, "bad_path"},
      {"the same, encoded", get("/%2e%2e/%2e%2e/etc/passwd"), 400, "bad_path"},
      {"the same, with encoded slashes", get("/..%2f..%2fetc%2fpasswd"), 404, "no_such_path"},
      {"a dot", get("/v1/./hosts"), 400, "bad_path"},
      {"two slashes", get("//v1/hosts"), 400, "bad_path"},
      {"a slash at the end", get("/v1/hosts/"), 400, "bad_path"},
      {"a percent sign alone", get("/v1/hosts%"), 400, "bad_path"},
      {"half an escape", get("/v1/hosts%4"), 400, "bad_path"},
      {"no hex digits", get("/v1/ho%zzts"), 400, "bad_path"},
      {"an encoded null", get("/v1/hosts%00"), 400, "bad_path"},
      {"an encoded line feed", get("/v1/hosts%0a"), 400, "bad_path"},
      {"bad UTF-8", get("/v1/%ff%fe"), 400, "bad_path"},
      {"an overlong slash", get("/v1%c0%afhosts"), 400, "bad_path"},
      {"a backslash", get("/v1\\hosts"), 404, "no_such_path"},
      {"reading by POST", post("/v1/hosts", "{}", reader_token), 405, "method_not_allowed"},
      {"asking by PUT", request_text("PUT", hosts, rtc_token), 405, "method_not_allowed"},
      {"asking by GET", get(hosts), 405, "method_not_allowed"},
      {"deleting everything", request_text("DELETE", hosts, rtc_token), 405, "method_not_allowed"},
      {"deleting the page", request_text("DELETE", "/", rtc_token), 405, "method_not_allowed"},
      {"TRACE", request_text("TRACE", "/v1/hosts", reader_token), 405, "method_not_allowed"},
      {"an invented method", request_text("CONQUER", "/v1/hosts", reader_token), 405,
       "method_not_allowed"},
  });
}

TEST_CASE("A body that says nothing sensible is refused with its place") {
  const std::string rename = "/v1/installations/rtc/hosts/1/rename";
  const std::string change = "/v1/installations/rtc/hosts/1/change-inv";
  const auto one = [](const std::string& host) {
    return post(hosts, R"({"hosts":[)" + host + "]}");
  };
  std::string many = R"({"hosts":[)";
  for (int i = 1; i <= 1001; ++i)
    many += (i > 1 ? ",{\"inv\":" : "{\"inv\":") + std::to_string(i) + "}";
  many += "]}";
  check_rows({
      {"nothing", post(hosts, ""), 400, "bad_request"},
      {"no JSON", post(hosts, "inv=1"), 400, "bad_request"},
      {"JSON that ends early", post(hosts, R"({"hosts":[{"inv":1})"), 400, "bad_request"},
      {"JSON with more behind", post(hosts, R"({"hosts":[{"inv":1}]}x)"), 400, "bad_request"},
      {"two documents", post(hosts, R"({"hosts":[{"inv":1}]}{"hosts":[{"inv":2}]})"), 400,
       "bad_request"},
      {"a list", post(hosts, "[1]"), 400, "bad_request"},
      {"a number", post(hosts, "1"), 400, "bad_request"},
      {"null", post(hosts, "null"), 400, "bad_request"},
      {"bad UTF-8", post(hosts, "{\"hosts\":[{\"inv\":1,\"name\":\"\xff\"}]}"), 400, "bad_request"},
      {"a lone surrogate", one(R"({"inv":1,"name":"\ud800"})"), 400, "bad_request"},
      {"a null in a name", one(R"({"inv":1,"name":"a\u0000b"})"), 400, "bad_request"},
      {"deep nesting", post(hosts, std::string(1000, '[') + std::string(1000, ']')), 400,
       "bad_request"},
      {"another key", post(hosts, R"({"host":[{"inv":1}]})"), 400, "bad_request"},
      {"a key too many", post(hosts, R"({"hosts":[{"inv":1}],"force":true})"), 400, "bad_request"},
      {"a key twice", post(hosts, R"({"hosts":[{"inv":1}],"hosts":[{"inv":2}]})"), 400,
       "bad_request"},
      {"no hosts", post(hosts, R"({"hosts":[]})"), 400, "bad_request"},
      {"hosts that are none", post(hosts, R"({"hosts":{"inv":1}})"), 400, "bad_request"},
      {"a host too many", post(hosts, many), 400, "bad_request"},
      {"a host that is a number", one("1"), 400, "bad_request"},
      {"no inventory number", one(R"({"name":"a"})"), 400, "bad_request"},
      {"a number as a string", one(R"({"inv":"1"})"), 400, "bad_request"},
      {"a fraction", one(R"({"inv":1.5})"), 400, "bad_request"},
      {"a whole fraction", one(R"({"inv":1.0})"), 400, "bad_request"},
      {"zero", one(R"({"inv":0})"), 400, "bad_request"},
      {"below zero", one(R"({"inv":-1})"), 400, "bad_request"},
      {"just too large", one(R"({"inv":1099511627776})"), 400, "bad_request"},
      {"beyond 63 bits", one(R"({"inv":9223372036854775808})"), 400, "bad_request"},
      {"beyond 64 bits", one(R"({"inv":99999999999999999999})"), 400, "bad_request"},
      {"a number without end", one(R"({"inv":1e999})"), 400, "bad_request"},
      {"no inventory number at all", one(R"({"inv":null})"), 400, "bad_request"},
      {"a number twice", one(R"({"inv":1},{"inv":1})"), 400, "bad_request"},
      {"a name that is a number", one(R"({"inv":1,"name":5})"), 400, "bad_request"},
      {"a name that is too long", one(R"({"inv":1,"name":")" + std::string(256, 'a') + "\"}"), 400,
       "bad_request"},
      {"a name with a blank", one(R"({"inv":1,"name":"a b"})"), 400, "bad_request"},
      {"a name with a line feed", one(R"({"inv":1,"name":"a\nb"})"), 400, "bad_request"},
      {"SQL with blanks in a name", one(R"({"inv":1,"name":"x'; DROP TABLE hosts; --"})"), 400,
       "bad_request"},
      {"a uuid that is too long", one(R"({"inv":1,"uuid":")" + std::string(65, 'a') + "\"}"), 400,
       "bad_request"},
      {"an unknown type", one(R"({"inv":1,"host_type":"servr"})"), 400, "bad_request"},
      {"a type that is null", one(R"({"inv":1,"host_type":null})"), 400, "bad_request"},
      {"a flag that is a number", one(R"({"inv":1,"exclude_from_monitoring":1})"), 400,
       "bad_request"},
      {"an unknown field", one(R"({"inv":1,"invv":2})"), 400, "bad_request"},
      {"a field twice", one(R"({"inv":1,"inv":1})"), 400, "bad_request"},
      {"renamed to nothing", post(rename, R"({"name":""})"), 400, "bad_request"},
      {"renamed without a name", post(rename, "{}"), 400, "bad_request"},
      {"renamed to null", post(rename, R"({"name":null})"), 400, "bad_request"},
      {"renamed with more", post(rename, R"({"name":"a","inv":1})"), 400, "bad_request"},
      {"renumbered to zero", post(change, R"({"inv":0})"), 400, "bad_request"},
      {"renumbered to nothing", post(change, "{}"), 400, "bad_request"},
      {"renaming no number", post("/v1/installations/rtc/hosts/x/rename", R"({"name":"a"})"), 400,
       "bad_request"},
      {"deleting zero", request_text("DELETE", "/v1/installations/rtc/hosts/0", rtc_token), 400,
       "bad_request"},
      {"deleting with a sign", request_text("DELETE", "/v1/installations/rtc/hosts/+1", rtc_token),
       400, "bad_request"},
      {"deleting with a leading zero",
       request_text("DELETE", "/v1/installations/rtc/hosts/01", rtc_token), 400, "bad_request"},
      {"SQL in the path",
       request_text("DELETE", "/v1/installations/rtc/hosts/1%20OR%201=1", rtc_token), 400,
       "bad_request"},
      {"deleting too large a number",
       request_text("DELETE", "/v1/installations/rtc/hosts/1099511627776", rtc_token), 400,
       "bad_request"},
  });
}

TEST_CASE("A body of another kind, or too much of one, is not read") {
  const std::string auth = std::string("Authorization: Bearer ") + rtc_token;
  const std::string huge = "Content-Length: 1048577\r\n\r\n";
  const std::string head = std::string("POST ") + hosts + " HTTP/1.1\r\nHost: h\r\n" + auth +
                           "\r\nContent-Type: application/json\r\n";
  check_rows({
      {"no content type", with_header("POST", hosts, auth, "{}"), 415, "bad_content_type"},
      {"a form",
       with_header("POST", hosts, auth + "\r\nContent-Type: application/x-www-form-urlencoded",
                   "inv=1"),
       415, "bad_content_type"},
      {"lines where an object belongs",
       with_header("POST", hosts, auth + "\r\nContent-Type: application/x-ndjson", "{}"), 415,
       "bad_content_type"},
      {"XML for a decision",
       with_header("POST", "/v1/decisions", auth + "\r\nContent-Type: text/xml", "<a/>"), 415,
       "bad_content_type"},
      {"compressed",
       with_header("POST", hosts,
                   auth + "\r\nContent-Type: application/json\r\nContent-Encoding: gzip", "x"),
       415, "bad_encoding"},
      {"a byte more than may be", head + huge + "{", 413, "too_large"},
      {"gigabytes", head + "Content-Length: 99999999999\r\n\r\n{", 413, "too_large"},
      {"chunks without end",
       head + "Transfer-Encoding: chunked\r\n\r\n" +
           [] {
             std::string chunks;
             for (int i = 0; i < 17; ++i) chunks += "10000\r\n" + std::string(65'536, ' ') + "\r\n";
             return chunks;
           }(),
       413, "too_large"},
      {"a body where none belongs", request_text("GET", "/v1/hosts", reader_token, "{}"), 413,
       "too_large"},
      {"a body of what is deleted",
       request_text("DELETE", "/v1/installations/rtc/hosts/1", rtc_token, "{}"), 413, "too_large"},
  });
}

TEST_CASE("A question that cannot be answered is refused with what was expected") {
  const std::string decisions = "/v1/decisions";
  const auto lines = [&](const std::string& body) {
    return with_header("POST", decisions,
                       std::string("Authorization: Bearer ") + reader_token +
                           "\r\nContent-Type: application/x-ndjson",
                       body);
  };
  check_rows({
      {"an unknown parameter", get("/v1/hosts?nmae=a"), 400, "bad_request"},
      {"a parameter twice", get("/v1/hosts?name=a&name=b"), 400, "bad_request"},
      {"a parameter without a value", get("/v1/hosts?name"), 400, "bad_request"},
      {"an empty parameter", get("/v1/hosts?name="), 400, "bad_request"},
      {"two keys", get("/v1/hosts?name=a&uuid=b"), 400, "bad_request"},
      {"a key and a page", get("/v1/hosts?name=a&limit=5"), 400, "bad_request"},
      {"a BOT without a number", get("/v1/hosts?bot=main"), 400, "bad_request"},
      {"no number", get("/v1/hosts?inv=abc"), 400, "bad_request"},
      {"a number and SQL", get("/v1/hosts?inv=1;DROP%20TABLE%20hosts"), 400, "bad_request"},
      {"a bad escape", get("/v1/hosts?name=%g1"), 400, "bad_request"},
      {"bad UTF-8", get("/v1/hosts?name=%ff"), 400, "bad_request"},
      {"no such installation", get("/v1/hosts?installation=none"), 404, "not_found"},
      {"a negative cursor", get("/v1/journal?cursor=-1"), 400, "bad_request"},
      {"a cursor that is none", get("/v1/journal?cursor=abc"), 400, "bad_request"},
      {"a cursor beyond 63 bits", get("/v1/hosts?cursor=9223372036854775808"), 400, "bad_request"},
      {"a page of nothing", get("/v1/hosts?limit=0"), 400, "bad_request"},
      {"a page too long", get("/v1/hosts?limit=1001"), 400, "bad_request"},
      {"neither true nor false", get("/v1/journal?refused=maybe"), 400, "bad_request"},
      {"a cursor of refusals", get("/v1/refusals?cursor=1"), 400, "bad_request"},
      {"a parameter of installations", get("/v1/installations?a=b"), 400, "bad_request"},
      {"decisions of nothing", post(decisions, "{}", reader_token), 400, "bad_request"},
      {"events that are none", post(decisions, R"({"events":1})", reader_token), 400,
       "bad_request"},
      {"an event that is none", post(decisions, R"({"events":[1]})", reader_token), 400,
       "bad_request"},
      {"a moment that is none", post(decisions, R"({"events":[],"at":"noon"})", reader_token), 400,
       "bad_request"},
      {"a moment too late", post(decisions, R"({"events":[],"at":4294967296})", reader_token), 400,
       "bad_request"},
      {"a parameter that is no moment",
       post(decisions + "?at=noon", R"({"events":[]})", reader_token), 400, "bad_request"},
      {"another parameter", post(decisions + "?when=1", R"({"events":[]})", reader_token), 400,
       "bad_request"},
      {"a line that is no event", lines("hello\n"), 400, "bad_request"},
      {"a line that is cut", lines(R"({"event":"host","time":1,)"), 400, "bad_request"},
      {"time that runs backwards",
       lines("{\"event\":\"host\",\"time\":9,\"host\":\"a\"}\n"
             "{\"event\":\"host\",\"time\":1,\"host\":\"a\"}\n"),
       400, "bad_request"},
      {"a host that nobody knows", lines(R"({"event":"remove","time":1,"host":"a"})"), 400,
       "bad_request"},
  });
}

}  // namespace
}  // namespace vitals
