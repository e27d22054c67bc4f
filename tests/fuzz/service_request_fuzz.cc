// SPDX-License-Identifier: Apache-2.0
// Any bytes as a request: a method, a target and a body. What is accepted is a question that can be
// decided, what is refused is refused in words.
#include <algorithm>

#include "fuzz.h"
#include "http/problem.h"
#include "http/url.h"
#include "service/asks.h"
#include "service/decisions.h"
#include "service/routes.h"
#include "text/utf8.h"

namespace {

using vitals::Endpoint;

bool is_harmless(std::string_view text) {
  while (!text.empty()) {
    const auto first = vitals::first_code_point(text);
    if (!first || vitals::is_unsafe(first->value)) return false;
    text.remove_prefix(first->length);
  }
  return true;
}

void check_refusal(const absl::Status& status) {
  const std::string why(status.message());
  promise(!why.empty(), "a refusal says why");
  const vitals::HttpResponse response = vitals::response_of(status);
  promise(response.status == 400 || response.status == 503, "bad input is no internal error", why);
  const std::string_view line = response.body;
  promise(is_harmless(line.substr(0, line.size() - 1)), "a problem is one harmless line",
          response.body);
}

void ask(Endpoint endpoint, const std::vector<std::string>& arguments, std::string_view body) {
  const auto requests = vitals::requests_of(endpoint, arguments, body, "127.0.0.1");
  if (!requests.ok()) return check_refusal(requests.status());
  promise(!requests->empty() && requests->size() <= vitals::most_added, "some, and not too many");
  for (const vitals::coordinator::Request& request : *requests) {
    promise(check(request).ok(), "what is accepted can be answered", std::string(body));
  }
  const std::vector<vitals::coordinator::Answer> answers(requests->size());
  promise(vitals::response_of(*requests, answers).status == 409, "a refusal is no 200");
}

void decide(std::string_view body) {
  const vitals::Timestamp at{vitals::Seconds{1'700'000'000}};
  const vitals::PolicySet policy;
  const auto object = vitals::decide_object(body, at, policy);
  if (!object.ok()) check_refusal(object.status());
  const auto lines = vitals::decide_lines(body, at, policy);
  if (!lines.ok()) check_refusal(lines.status());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  const std::size_t line = std::min(text.find('\n'), text.size());
  const std::string_view head = text.substr(0, line);
  const std::string_view body = text.substr(std::min(line + 1, text.size()));
  const std::size_t blank = std::min(head.find(' '), head.size());
  const vitals::HttpRequest request{
      .method = std::string(head.substr(0, blank)),
      .target = std::string(head.substr(std::min(blank + 1, head.size())))};
  const auto parameters = vitals::parameters_of(request.query());
  if (!parameters.ok()) check_refusal(parameters.status());
  const auto found = vitals::router().find(request.method, request.path());
  const auto* const match = std::get_if<vitals::RouteMatch>(&found);
  if (match == nullptr) {
    const unsigned status = std::get<vitals::HttpResponse>(found).status;
    promise(status == 400 || status == 404 || status == 405, "a path is bad or not there");
    return 0;
  }
  const auto endpoint = static_cast<Endpoint>(match->route);
  if (endpoint == Endpoint::decisions) decide(body);
  if (endpoint >= Endpoint::add && endpoint != Endpoint::let_shrink) {
    ask(endpoint, match->arguments, body);
  }
  return 0;
}
