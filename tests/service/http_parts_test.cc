// SPDX-License-Identifier: Apache-2.0
// Paths, parameters, networks, routes and tokens.
#include "http/network.h"
#include "http/problem.h"
#include "http/router.h"
#include "http/tokens.h"
#include "http/url.h"
#include "served.h"

namespace vitals {
namespace {

TEST_CASE("A path is taken apart into segments, each decoded by itself") {
  using Segments = std::vector<std::string>;
  CHECK(*segments_of("/") == Segments{});
  CHECK(*segments_of("/a") == Segments{"a"});
  CHECK(*segments_of("/a/b%2Fc/%C3%A9") == Segments{"a", "b/c", "\u00e9"});
  CHECK(*segments_of("/...") == Segments{"..."});
  for (const char* const bad : {"", "a", "//", "/a//b", "/a/", "/.", "/..", "/%2e", "/%2E%2e", "/%",
                                "/%1", "/%g0", "/%00", "/%7f", "/%80", "/%c0%80", "/%ed%a0%80"}) {
    INFO(bad);
    CHECK_FALSE(segments_of(bad).ok());
  }
}

TEST_CASE("Parameters are taken apart, and each may be there once") {
  const auto parameters = parameters_of("a=1&b=&c=%26%3D&d=x=y&e=a+b");
  REQUIRE(parameters.ok());
  CHECK(*parameters ==
        QueryParameters{{"a", "1"}, {"b", ""}, {"c", "&="}, {"d", "x=y"}, {"e", "a+b"}});
  CHECK(parameters_of("")->empty());
  for (const char* const bad : {"a", "=1", "&", "a=1&a=1", "a=1&%61=2", "a=%", "a=%ff"}) {
    INFO(bad);
    CHECK_FALSE(parameters_of(bad).ok());
  }
  for (int byte = 1; byte < 256; ++byte) {  // whatever is encoded is decoded to what it was
    const std::string text(1, static_cast<char>(byte));
    const auto decoded = percent_decoded(percent_encoded(text));
    CHECK(decoded.ok() == (byte >= 0x20 && byte < 0x7f));
    if (decoded.ok()) CHECK(*decoded == text);
  }
}

TEST_CASE("An address lies in a network iff the bits of the prefix are the same") {
  struct Row {
    const char* network;
    const char* address;
    bool in;
  };
  const Row rows[] = {
      {"10.0.0.0/8", "10.255.255.255", true},
      {"10.0.0.0/8", "11.0.0.0", false},
      {"10.0.0.0/8", "9.255.255.255", false},
      {"10.0.0.0/8", "::ffff:10.1.2.3", true},
      {"10.0.0.0/8", "::a01:203", false},
      {"0.0.0.0/0", "255.255.255.255", true},
      {"0.0.0.0/0", "2001:db8::1", false},
      {"::/0", "1.2.3.4", true},
      {"192.0.2.1", "192.0.2.1", true},
      {"192.0.2.1", "192.0.2.0", false},
      {"192.0.2.0/31", "192.0.2.1", true},
      {"192.0.2.0/31", "192.0.2.2", false},
      {"192.0.2.128/25", "192.0.2.127", false},
      {"192.0.2.128/25", "192.0.2.255", true},
      {"2001:db8::/33", "2001:db8:7fff::", true},
      {"2001:db8::/33", "2001:db8:8000::", false},
      {"::1", "::1", true},
      {"::1/128", "::2", false},
  };
  for (const Row& row : rows) {
    INFO(row.network << " " << row.address);
    const auto network = parse_network(row.network);
    REQUIRE(network.ok());
    CHECK(network->has(*parse_address(row.address)) == row.in);
  }
  for (const char* const bad :
       {"", "10", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.1/8", "::/129",
        "2001:db8::1/32", "10.0.0.0/8 ", "fe80::1%eth0", "300.0.0.1", "1.2.3.4.5", "localhost"}) {
    INFO(bad);
    CHECK_FALSE(parse_network(bad).ok());
  }
  CHECK_FALSE(is_in_any({}, *parse_address("::1")));
}

TEST_CASE("A request finds its route by method and path") {
  const std::vector<Route> routes{
      {"GET", "/"}, {"GET", "/a"}, {"POST", "/a"}, {"GET", "/a/{x}/b"}, {"DELETE", "/a/{x}"}};
  const Router router(routes);
  const auto route = [&](const char* method, const char* path) {
    const auto found = router.find(method, path);
    const auto* const match = std::get_if<RouteMatch>(&found);
    if (match != nullptr) return std::to_string(match->route);
    const auto& problem = std::get<HttpResponse>(found);
    std::string text = "!" + std::to_string(problem.status);
    for (const auto& [name, value] : problem.headers) text += " " + name + ": " + value;
    return text;
  };
  CHECK(route("GET", "/") == "0");
  CHECK(route("HEAD", "/a") == "1");
  CHECK(route("POST", "/a") == "2");
  CHECK(route("GET", "/a/1/b") == "3");
  CHECK(route("DELETE", "/a/b") == "4");
  CHECK(route("PUT", "/a") == "!405 Allow: GET, HEAD, POST");
  CHECK(route("get", "/a") == "!405 Allow: GET, HEAD, POST");
  CHECK(route("GET", "/b") == "!404");
  CHECK(route("GET", "/a/b/c/d") == "!404");
  CHECK(route("GET", "/a/") == "!400");
  CHECK(std::get<RouteMatch>(router.find("GET", "/a/%7Bx%7D/b")).arguments ==
        std::vector<std::string>{"{x}"});
}

TEST_CASE("A problem is one line of JSON, whatever its detail holds") {
  const HttpResponse made = problem(404, "gone", "a \"b\"\n\x1b[31m", ",\"more\":1");
  CHECK(made.status == 404);
  CHECK(made.content_type == "application/problem+json");
  CHECK(made.body == R"({"type":"about:blank","title":"Not Found","status":404,"reason":"gone",)"
                     R"("detail":"a \"b\"\\n\\x1b[31m","more":1})"
                     "\n");
}

TEST_CASE("Tokens are read from files, a line each, and errors say where and not what") {
  const TemporaryFolder folder;
  const std::string a =
      folder.write("a", "# first\n\n  token-of-a-0123456  \r\ntoken-of-a-next-0123\n");
  const std::string b = folder.write("b", "token-of-b-0123456");
  const auto book = TokenBook::read({{"a", a}, {"b", b}});
  REQUIRE(book.ok());
  CHECK(book->size() == 3);
  CHECK(book->owner_of("token-of-a-0123456") == "a");
  CHECK(book->owner_of("token-of-a-next-0123") == "a");
  CHECK(book->owner_of("token-of-b-0123456") == "b");
  CHECK_FALSE(book->owner_of("token-of-b-012345").has_value());
  CHECK_FALSE(book->owner_of("").has_value());
  CHECK(*first_token(a) == "token-of-a-0123456");
  struct Row {
    const char* why;
    std::string text;
    std::string expected;
  };
  std::string many;
  for (int i = 0; i < 17; ++i) many += "token-number-00" + std::to_string(i + 10) + "\n";
  const Row rows[] = {
      {"no token", "# none\n", ": expected 1 to 16 tokens, a line each"},
      {"too short", "token-of-c-0123\n",
       ":1: expected a token of 16 to 256 visible ASCII characters"},
      {"too long", std::string(257, 'x'),
       ":1: expected a token of 16 to 256 visible ASCII characters"},
      {"a blank in it", "\ntoken of c 0123456\n",
       ":2: expected a token of 16 to 256 visible ASCII characters"},
      {"another's", "token-of-b-0123456\n",
       ":1: this is also a token of b, expected one of its own"},
      {"too many", many, ": expected 1 to 16 tokens, a line each"},
  };
  for (const Row& row : rows) {
    INFO(row.why);
    const std::string c = folder.write("c", row.text);
    const auto bad = TokenBook::read({{"b", b}, {"c", c}});
    CHECK_FALSE(bad.ok());
    CHECK(std::string(bad.status().message()).starts_with(c + row.expected));
    CHECK_FALSE(contains(std::string(bad.status().message()), "token-of-c"));
  }
  CHECK(std::string(TokenBook::read({{"x", "/nowhere"}}).status().message()) ==
        "/nowhere: No such file or directory");
  CHECK(TokenBook::read({{"a", a}, {"a", a}}).ok());  // the same owner's, twice
}

TEST_CASE("The header has a token iff it has one in the form that it should have") {
  CHECK(bearer_token("Bearer abc") == "abc");
  CHECK(bearer_token("bEARER abc") == "abc");
  for (const char* const none : {"", "Bearer", "Bearer ", "Basic abc", "abc", "Bearer a b",
                                 "Bearer  abc", "Bearer\tabc", "Bearer a\x80"}) {
    INFO(none);
    CHECK_FALSE(bearer_token(none).has_value());
  }
}

}  // namespace
}  // namespace vitals
