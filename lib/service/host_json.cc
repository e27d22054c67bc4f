// SPDX-License-Identifier: Apache-2.0
#include "service/host_json.h"

#include <array>
#include <optional>

#include "text/bridge.h"
#include "text/quote.h"
#include "text/words.h"
#include "vitals/text_time.h"

namespace vitals {

using coordinator::Answer;
using coordinator::Conflict;
using coordinator::Holder;
using coordinator::Host;
using coordinator::HostRecord;
using coordinator::JournalEntry;
using coordinator::Orphan;
using coordinator::Request;
using coordinator::Why;

namespace {

absl::Status read_optional_text(const JsonElement& value, const std::string& path,
                                std::string& text) {
  return value.is_null() ? absl::OkStatus() : read_text(value, path, text);
}

absl::Status read_field(const JsonElement& value, const std::string& path, std::string_view key,
                        Host& host) {
  if (key == "inv") {
    return read_number(value, path, coordinator::least_inv, coordinator::greatest_inv, host.inv);
  }
  if (key == "name") return read_optional_text(value, path, host.name);
  if (key == "uuid") return read_optional_text(value, path, host.uuid);
  if (key == "exclude_from_monitoring") return read_flag(value, path, host.exclude_from_monitoring);
  std::string word;
  if (absl::Status status = read_text(value, path, word); !status.ok()) return status;
  const auto type = coordinator::parse_host_type(word);
  if (!type) {
    return invalid(path, ": ", in_quotes(word), " is unknown, expected ",
                   joined(coordinator::host_type_names),
                   did_you_mean(word, coordinator::host_type_names));
  }
  host.host_type = *type;
  return absl::OkStatus();
}

// No host has the inventory number 0: it says that there is none.
void inv_or_null(JsonWriter& out, coordinator::Inv inv) { inv == 0 ? out.null() : out.number(inv); }

}  // namespace

absl::StatusOr<Host> read_host(const JsonElement& value, const std::string& path,
                               UnknownKeys unknown) {
  constexpr std::array<std::string_view, 5> known{"inv", "name", "uuid", "host_type",
                                                  "exclude_from_monitoring"};
  Host host;
  bool has_inv = false;
  const absl::Status status =
      read_object(value, path, known, unknown, [&](std::string_view key, const JsonElement& field) {
        has_inv = has_inv || key == "inv";
        return read_field(field, field_path(path, key), key, host);
      });
  if (!status.ok()) return status;
  if (!has_inv) return invalid(path, ": expected an inventory number, `inv`");
  if (const absl::Status wrong = check(host); !wrong.ok()) {
    return invalid(path, ": ", to_std(wrong.message()));
  }
  return host;
}

void write(JsonWriter& out, const Host& host) {
  out.key("inv").number(host.inv);
  out.key("name").string_or_null(host.name);
  out.key("uuid").string_or_null(host.uuid);
  out.key("host_type").string(name(host.host_type));
  out.key("exclude_from_monitoring").boolean(host.exclude_from_monitoring);
}

void write(JsonWriter& out, const HostRecord& record) {
  out.object([&] {
    out.key("key").number(record.key);
    out.key("installation").string(record.installation);
    out.key("bot").string(record.bot);
    write(out, record.host);
    out.key("basis").string(name(record.basis));
    out.key("since").time(record.since);
    out.key("seen_poll").number_or_null(record.seen_poll);
    out.key("seen_at").time(record.seen_at);
  });
}

void write(JsonWriter& out, const Holder& holder) {
  out.object([&] {
    out.key("installation").string(holder.installation);
    inv_or_null(out.key("inv"), holder.inv);
    out.key("name").string_or_null(holder.name);
    out.key("since").time(holder.since);
    out.key("seen_poll").number_or_null(holder.seen_poll);
    out.key("seen_at").time(holder.seen_at);
    out.key("stale_at").time(holder.stale_at);
  });
}

void write(JsonWriter& out, const JournalEntry& entry) {
  out.object([&] {
    out.key("number").number(entry.number);
    out.key("at").time(entry.at);
    out.key("happened").string(name(entry.happened));
    out.key("installation").string_or_null(entry.installation);
    out.key("asked_by").string_or_null(entry.asked_by);
    out.key("bot").string_or_null(entry.bot);
    if (entry.host.inv != 0) {
      out.key("host").object([&] { write(out, entry.host); });
    } else {
      out.key("host").null();
    }
    out.key("new_name").string_or_null(entry.new_name);
    inv_or_null(out.key("new_inv"), entry.new_inv);
    out.key("allowed").boolean(entry.allowed);
    out.key("reason").string_or_null(entry.why ? name(*entry.why) : std::string_view());
    out.key("holder");
    entry.holder ? write(out, *entry.holder) : out.null();
    out.key("note").string_or_null(entry.note);
  });
}

void write(JsonWriter& out, const Conflict& conflict) {
  out.object([&] {
    out.key("id").number(conflict.id);
    out.key("shared").string(name(conflict.shared));
    out.key("bot").string_or_null(conflict.bot);
    out.key("value").string(conflict.value);
    out.key("since").time(conflict.since);
    out.key("noticed_at").time(conflict.noticed_at);
    out.key("holders").list(conflict.holders,
                            [&](const HostRecord& holder) { write(out, holder); });
  });
}

void write(JsonWriter& out, const Orphan& orphan) {
  out.object([&] {
    out.key("bot").string(orphan.bot);
    out.key("inv").number(orphan.inv);
    out.key("name").string_or_null(orphan.name);
    out.key("uuid").string_or_null(orphan.uuid);
    out.key("installation").string_or_null(orphan.installation);
    out.key("since").time(orphan.since);
    out.key("how").string(name(orphan.how));
  });
}

void write(JsonWriter& out, const Request& request, const Answer& answer) {
  out.object([&] {
    out.key("inv").number(request.host.inv);
    out.key("allowed").boolean(answer.allowed);
    out.key("reason").string(name(answer.why));
    out.key("detail").string(sentence_of(request, answer));
    out.key("holder");
    answer.holder ? write(out, *answer.holder) : out.null();
    out.key("entry").number(answer.entry);
  });
}

std::string sentence_of(const Request& request, const Answer& answer) {
  const Holder holder = answer.holder.value_or(Holder{});
  const auto since = [&] {
    return cat(holder.since ? cat(" since ", format_timestamp(*holder.since)) : "",
               holder.seen_at ? cat(", seen at ", format_timestamp(*holder.seen_at)) : "");
  };
  const Host& host = request.host;
  switch (answer.why) {
    case Why::granted:
      return "nobody else has it";
    case Why::already_held:
      return "the installation has it already, and nobody else does";
    case Why::shadow:
      return "shadow hosts are not coordinated";
    case Why::noted:
      return "the removal was noted";
    case Why::stale_allowed:
      return cat(holder.installation, "'s listing is stale; that is allowed here");
    case Why::inv_held:
      return cat("inventory number ", request.new_inv != 0 ? request.new_inv : host.inv,
                 " is held by ", holder.installation, since());
    case Why::name_held:
      return cat("the name ", in_quotes(request.new_name.empty() ? host.name : request.new_name),
                 " is held by ", holder.installation, since());
    case Why::stale:
      return cat("the listing of ", holder.installation, " is stale, and nobody knows what it has",
                 since());
    case Why::unobserved:
      return cat(holder.installation, " was never listed, and nobody knows what it has");
    case Why::inv_taken:
      return cat("the installation has another host of inventory number ", request.new_inv);
    case Why::unknown_host:
      return cat("the installation does not have inventory number ", host.inv,
                 "; it is to be added first");
    case Why::monitor_only:
      return "this coordinator only watches";
    case Why::does_not_call:
      return "this installation is only polled";
  }
  return "";
}

}  // namespace vitals
