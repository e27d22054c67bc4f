// SPDX-License-Identifier: Apache-2.0
#include "service/poll_page.h"

#include <array>
#include <limits>
#include <utility>

#include "http/url.h"
#include "service/host_json.h"
#include "service/json_body.h"
#include "text/bridge.h"

namespace vitals {
namespace {

absl::Status read_cursor(const JsonElement& value, std::string& cursor) {
  if (value.is_null()) return absl::OkStatus();
  if (value.is_int64()) {  // some number their pages
    std::int64_t number = 0;
    if (absl::Status status =
            read_number(value, "next_cursor", 0, std::numeric_limits<std::int64_t>::max(), number);
        !status.ok()) {
      return status;
    }
    cursor = cat(number);
    return absl::OkStatus();
  }
  if (absl::Status status = read_text(value, "next_cursor", cursor); !status.ok()) return status;
  if (cursor.empty() || cursor.size() > longest_cursor) {
    return invalid("next_cursor: expected null or 1 to ", longest_cursor, " bytes");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PollPage> parse_poll_page(std::string_view json) {
  constexpr std::array<std::string_view, 3> known{"hosts", "total", "next_cursor"};
  simdjson::dom::parser parser;
  const absl::StatusOr<JsonElement> root = parse_body(parser, json);
  if (!root.ok()) return root.status();
  PollPage page;
  bool has_hosts = false;
  const auto read_one = [&](const JsonElement& element, const std::string& path) {
    absl::StatusOr<coordinator::Host> host = read_host(element, path, UnknownKeys::ignore);
    if (!host.ok()) return host.status();
    page.hosts.push_back(*std::move(host));
    return absl::OkStatus();
  };
  const absl::Status status = read_object(
      *root, "", known, UnknownKeys::ignore, [&](std::string_view key, const JsonElement& value) {
        if (key == "hosts") {
          has_hosts = true;
          return read_list(value, "hosts", longest_poll_page, read_one);
        }
        if (key == "next_cursor") return read_cursor(value, page.next_cursor);
        return read_number(value, "total", 0, std::numeric_limits<std::int64_t>::max(),
                           page.total.emplace());
      });
  if (!status.ok()) return status;
  if (!has_hosts) return invalid("expected a list of `hosts`");
  return page;
}

std::string poll_url(std::string_view url, std::size_t limit, std::string_view cursor) {
  std::string out(url);
  out += out.find('?') == std::string::npos ? '?' : '&';
  out += "fields=inv,name,uuid,host_type,exclude_from_monitoring&limit=";
  out += cat(limit);
  if (!cursor.empty()) out += cat("&cursor=", percent_encoded(cursor));
  return out;
}

}  // namespace vitals
