// SPDX-License-Identifier: Apache-2.0
// What a host and a request must be like, whoever states them.
#include <algorithm>

#include "text/bridge.h"
#include "text/quote.h"
#include "text/utf8.h"
#include "vitals/coordinator/request.h"

namespace vitals::coordinator {
namespace {

constexpr std::size_t longest_asked_by = 255;

absl::Status check_text(std::string_view what, std::string_view text, std::size_t longest,
                        bool may_have_blanks) {
  if (text.size() > longest) {
    return invalid(what, " of ", text.size(), " bytes, expected at most ", longest);
  }
  for (std::string_view rest = text; !rest.empty();) {
    const auto character = first_code_point(rest);
    const bool is_well = character && !is_unsafe(character->value) && character->value != 0 &&
                         (may_have_blanks || character->value != U' ');
    if (!is_well) {
      return invalid(what, " ", in_quotes(text), ", expected UTF-8 without ",
                     may_have_blanks ? "" : "blanks and ", "hidden characters");
    }
    rest.remove_prefix(character->length);
  }
  return absl::OkStatus();
}

absl::Status check_inv(std::string_view what, Inv inv) {
  if (least_inv <= inv && inv <= greatest_inv) return absl::OkStatus();
  return invalid(what, " ", inv, ", expected ", least_inv, " to ", greatest_inv);
}

}  // namespace

absl::Status check_name(std::string_view host_name) {
  return check_text("name", host_name, longest_host_name, false);
}

absl::Status check(const Host& host) {
  absl::Status status = check_inv("inv", host.inv);
  if (status.ok()) status = check_name(host.name);
  if (status.ok()) status = check_text("uuid", host.uuid, longest_uuid, false);
  return status;
}

absl::Status check(const Request& request) {
  absl::Status status = check(request.host);
  if (status.ok()) status = check_text("asked_by", request.asked_by, longest_asked_by, true);
  if (!status.ok()) return status;
  if (request.act == Act::rename) {
    if (request.new_name.empty()) return invalid("no new_name, expected one");
    return check_name(request.new_name);
  }
  if (request.act == Act::change_inv) return check_inv("new_inv", request.new_inv);
  return absl::OkStatus();
}

}  // namespace vitals::coordinator
