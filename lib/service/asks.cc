// SPDX-License-Identifier: Apache-2.0
#include "service/asks.h"

#include <array>
#include <charconv>
#include <set>
#include <system_error>
#include <utility>

#include "http/problem.h"
#include "service/host_json.h"
#include "service/json_body.h"
#include "text/bridge.h"
#include "text/json_writer.h"
#include "text/quote.h"

namespace vitals {

using coordinator::Act;
using coordinator::Answer;
using coordinator::Inv;
using coordinator::Request;
using Requests = std::vector<Request>;

namespace {

absl::StatusOr<Requests> read_add(const JsonElement& body, const Request& common) {
  constexpr std::array<std::string_view, 1> known{"hosts"};
  Requests requests;
  std::set<Inv> seen;
  const auto add_one = [&](const JsonElement& element, const std::string& path) -> absl::Status {
    absl::StatusOr<coordinator::Host> host = read_host(element, path, UnknownKeys::refuse);
    if (!host.ok()) return host.status();
    if (!seen.insert(host->inv).second) {
      return invalid(path, ".inv: ", host->inv, " is there twice");
    }
    requests.push_back(common);
    requests.back().host = *std::move(host);
    return absl::OkStatus();
  };
  const absl::Status status = read_object(
      body, "", known, UnknownKeys::refuse, [&](std::string_view key, const JsonElement& value) {
        return read_list(value, std::string(key), most_added, add_one);
      });
  if (!status.ok()) return status;
  if (requests.empty()) return invalid("hosts: expected 1 to ", most_added, " hosts");
  return requests;
}

absl::Status read_rename(const JsonElement& body, Request& request) {
  constexpr std::array<std::string_view, 1> known{"name"};
  const absl::Status status = read_object(
      body, "", known, UnknownKeys::refuse, [&](std::string_view key, const JsonElement& value) {
        return read_text(value, std::string(key), request.new_name);
      });
  if (!status.ok()) return status;
  if (request.new_name.empty()) return invalid("name: expected the new name");
  return absl::OkStatus();
}

absl::Status read_change_inv(const JsonElement& body, Request& request) {
  constexpr std::array<std::string_view, 1> known{"inv"};
  const absl::Status status = read_object(
      body, "", known, UnknownKeys::refuse, [&](std::string_view key, const JsonElement& value) {
        return read_number(value, std::string(key), coordinator::least_inv,
                           coordinator::greatest_inv, request.new_inv);
      });
  if (!status.ok()) return status;
  if (request.new_inv == 0) return invalid("inv: expected the new inventory number");
  return absl::OkStatus();
}

absl::Status read_body(Endpoint endpoint, std::string_view body, Request& request) {
  if (endpoint == Endpoint::remove) return absl::OkStatus();
  simdjson::dom::parser parser;
  const absl::StatusOr<JsonElement> root = parse_body(parser, body);
  if (!root.ok()) return root.status();
  return endpoint == Endpoint::rename ? read_rename(*root, request)
                                      : read_change_inv(*root, request);
}

Act act_of(Endpoint endpoint) {
  if (endpoint == Endpoint::remove) return Act::remove;
  return endpoint == Endpoint::rename ? Act::rename : Act::change_inv;
}

}  // namespace

absl::StatusOr<Inv> parse_inv(std::string_view text) {
  Inv inv = 0;
  const char* const end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, inv);
  const bool plain = !text.empty() && text.front() >= '1' && text.front() <= '9';
  if (error != std::errc() || read != end || !plain || inv > coordinator::greatest_inv) {
    return invalid(in_quotes(text), ": expected an inventory number, ", coordinator::least_inv,
                   " to ", coordinator::greatest_inv);
  }
  return inv;
}

absl::StatusOr<Requests> requests_of(Endpoint endpoint, const std::vector<std::string>& arguments,
                                     std::string_view body, std::string_view asked_by) {
  Request request{.installation = arguments.front(), .asked_by = std::string(asked_by)};
  if (endpoint == Endpoint::add) {
    simdjson::dom::parser parser;
    const absl::StatusOr<JsonElement> root = parse_body(parser, body);
    if (!root.ok()) return root.status();
    return read_add(*root, request);
  }
  const absl::StatusOr<Inv> inv = parse_inv(arguments.back());
  if (!inv.ok()) return inv.status();
  request.act = act_of(endpoint);
  request.host.inv = *inv;
  if (absl::Status status = read_body(endpoint, body, request); !status.ok()) return status;
  if (absl::Status status = check(request); !status.ok()) return status;
  return Requests{std::move(request)};
}

HttpResponse response_of(const Requests& requests, const std::vector<Answer>& answers) {
  JsonWriter out;
  std::size_t refused = 0;
  std::size_t first_refused = 0;
  std::size_t number = 0;
  out.list(answers, [&](const Answer& answer) {
    if (!answer.allowed && refused++ == 0) first_refused = number;
    write(out, requests[number++], answer);
  });
  const std::string list = std::move(out).take();
  if (refused == 0) return {.body = cat("{\"answers\":", list, "}\n")};
  const Answer& first = answers[first_refused];
  std::string detail = sentence_of(requests[first_refused], first);
  if (refused > 1) detail += cat("; ", refused, " of ", answers.size(), " are refused");
  return problem(409, name(first.why), detail, cat(",\"answers\":", list));
}

HttpResponse response_of(const absl::Status& status) {
  const std::string_view what = to_std(status.message());
  const auto again = [&](std::string_view reason, const char* seconds) {
    HttpResponse response = problem(503, reason, what);
    response.headers.emplace_back("Retry-After", seconds);
    return response;
  };
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return problem(400, "bad_request", what);
    case absl::StatusCode::kNotFound:
      return problem(404, "not_found", what);
    case absl::StatusCode::kResourceExhausted:
      return again("overloaded", "5");
    case absl::StatusCode::kUnavailable:
      return again("unavailable", "5");
    case absl::StatusCode::kAborted:
      return again("busy", "1");
    case absl::StatusCode::kDeadlineExceeded:
      return again("timeout", "1");
    default:
      return problem(500, "internal", what);
  }
}

}  // namespace vitals
