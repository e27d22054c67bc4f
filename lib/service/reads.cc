// SPDX-License-Identifier: Apache-2.0
#include "service/reads.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "http/url.h"
#include "service/asks.h"
#include "service/host_json.h"
#include "text/bridge.h"
#include "text/json_writer.h"
#include "text/quote.h"
#include "text/words.h"

namespace vitals {

using coordinator::Coordinator;
using coordinator::Cursor;
using coordinator::HostRecord;
using coordinator::JournalEntry;
using coordinator::JournalFilter;
using coordinator::ListingState;
using Words = std::span<const std::string_view>;

namespace {

constexpr std::array<std::string_view, 7> host_words{"inv",          "bot",    "name", "uuid",
                                                     "installation", "cursor", "limit"};
constexpr std::array<std::string_view, 4> journal_words{"installation", "refused", "cursor",
                                                        "limit"};
constexpr std::array<std::string_view, 2> refusal_words{"installation", "limit"};
constexpr std::array<std::string_view, 2> page_words{"cursor", "limit"};

absl::StatusOr<QueryParameters> read_query(std::string_view query, Words known) {
  absl::StatusOr<QueryParameters> parameters = parameters_of(query);
  if (!parameters.ok()) return parameters.status();
  for (const auto& [name, value] : *parameters) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return invalid("the parameter ", in_quotes(name), " is unknown, expected ",
                     known.empty() ? std::string("none") : joined(known),
                     did_you_mean(name, known));
    }
  }
  return parameters;
}

std::string value_of(const QueryParameters& parameters, std::string_view name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string() : found->second;
}

absl::Status read_whole(const QueryParameters& parameters, std::string_view name,
                        std::int64_t least, std::int64_t most, std::int64_t& number) {
  const auto found = parameters.find(name);
  if (found == parameters.end()) return absl::OkStatus();
  const std::string& text = found->second;
  const char* const end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc() && read == end && number >= least && number <= most) {
    return absl::OkStatus();
  }
  return invalid("the parameter ", name, ": expected a whole number, ", least, " to ", most);
}

absl::StatusOr<Cursor> cursor_of(const QueryParameters& parameters) {
  Cursor cursor;
  std::int64_t most = usual_page;
  absl::Status status =
      read_whole(parameters, "cursor", 0, std::numeric_limits<std::int64_t>::max(), cursor.after);
  if (status.ok()) status = read_whole(parameters, "limit", 1, longest_answer_page, most);
  if (!status.ok()) return status;
  cursor.most = static_cast<std::size_t>(most);
  return cursor;
}

// `{"NAME":[...],"next_cursor":...}`.
template <class Elements>
HttpResponse list_response(std::string_view name, const Elements& elements,
                           std::optional<std::int64_t> next) {
  JsonWriter out;
  out.object([&] {
    out.key(name).list(elements, [&](const auto& element) { write(out, element); });
    out.key("next_cursor");
    next ? out.number(*next) : out.null();
  });
  return {.body = std::move(out).take() + "\n"};
}

template <class Page>
HttpResponse page_response(std::string_view name, const absl::StatusOr<Page>& page) {
  if (!page.ok()) return response_of(page.status());
  return list_response(name, page->elements, page->next);
}

// The BOT that is meant: the one that is named, or the only one.
absl::StatusOr<std::string> bot_of(const QueryParameters& parameters, const Setup& setup) {
  std::string bot = value_of(parameters, "bot");
  if (!bot.empty()) return bot;
  for (const coordinator::Installation& installation : setup.config.installations) {
    if (bot.empty()) bot = installation.bot;
    if (bot != installation.bot) {
      return invalid("expected the parameter bot as well: there are several");
    }
  }
  return bot;
}

absl::StatusOr<std::vector<HostRecord>> look_up(const QueryParameters& parameters,
                                                const Setup& setup, Coordinator& coordinator) {
  const std::string inv = value_of(parameters, "inv");
  if (!inv.empty()) {
    const absl::StatusOr<coordinator::Inv> number = parse_inv(inv);
    if (!number.ok()) return number.status();
    const absl::StatusOr<std::string> bot = bot_of(parameters, setup);
    if (!bot.ok()) return bot.status();
    return coordinator.find_inv(*bot, *number);
  }
  const std::string name = value_of(parameters, "name");
  if (!name.empty()) return coordinator.find_name(name);
  return coordinator.find_uuid(value_of(parameters, "uuid"));
}

HttpResponse read_hosts(const QueryParameters& parameters, const Setup& setup,
                        Coordinator& coordinator) {
  constexpr std::array<std::string_view, 3> keys{"inv", "name", "uuid"};
  std::size_t asked = 0;
  for (const std::string_view key : keys) {
    const auto found = parameters.find(key);
    if (found == parameters.end()) continue;
    ++asked;
    if (found->second.empty()) return response_of(invalid("the parameter ", key, " is empty"));
  }
  const bool lists = parameters.contains("cursor") || parameters.contains("limit") ||
                     parameters.contains("installation");
  if (asked > 1 || (asked == 1 && lists) ||
      (parameters.contains("bot") && !parameters.contains("inv"))) {
    return response_of(invalid(
        "expected inv and perhaps bot, or name, or uuid, or installation, cursor and limit"));
  }
  if (asked == 1) {
    const auto found = look_up(parameters, setup, coordinator);
    if (!found.ok()) return response_of(found.status());
    return list_response("hosts", *found, std::nullopt);
  }
  const absl::StatusOr<Cursor> cursor = cursor_of(parameters);
  if (!cursor.ok()) return response_of(cursor.status());
  const std::string installation = value_of(parameters, "installation");
  if (!installation.empty() && setup.config.find(installation) == nullptr) {
    return response_of(
        absl::NotFoundError(cat("there is no installation ", in_quotes(installation))));
  }
  return page_response("hosts", coordinator.hosts(installation, *cursor));
}

absl::StatusOr<JournalFilter> filter_of(const QueryParameters& parameters) {
  JournalFilter filter{.installation = value_of(parameters, "installation")};
  const std::string refused = value_of(parameters, "refused");
  if (!refused.empty() && refused != "true" && refused != "false") {
    return invalid("the parameter refused: expected true or false");
  }
  filter.only_refusals = refused == "true";
  return filter;
}

HttpResponse read_refusals(const QueryParameters& parameters, Coordinator& coordinator) {
  const absl::StatusOr<Cursor> cursor = cursor_of(parameters);
  if (!cursor.ok()) return response_of(cursor.status());
  JournalFilter filter{.installation = value_of(parameters, "installation")};
  filter.only_refusals = true;
  const auto entries = coordinator.latest(filter, cursor->most);
  if (!entries.ok()) return response_of(entries.status());
  return list_response("refusals", *entries, std::nullopt);
}

void write(JsonWriter& out, const PollState& poll) {
  out.object([&] {
    out.key("polls").count(poll.polls);
    out.key("failures").count(poll.failures);
    out.key("failures_in_a_row").number(poll.failures_in_a_row);
    out.key("last_attempt").time(poll.last_attempt);
    out.key("last_success").time(poll.last_success);
    out.key("last_error").string_or_null(poll.last_error);
    out.key("running").boolean(poll.running);
  });
}

void write(JsonWriter& out, const coordinator::Installation& installation,
           const ListingState& listing, const PollState* poll) {
  out.object([&] {
    out.key("id").string(installation.id);
    out.key("type").string(name(installation.type));
    out.key("bot").string(installation.bot);
    out.key("on_stale").string(name(installation.on_stale));
    out.key("poll").number_or_null(listing.poll);
    out.key("started_at").time(listing.started_at);
    out.key("received_at").time(listing.received_at);
    out.key("stale_at").time(listing.stale_at);
    out.key("fresh").boolean(listing.fresh);
    out.key("hosts").count(listing.hosts);
    out.key("held_back_at").time(listing.held_back_at);
    out.key("held_back_lost").count(listing.held_back_lost);
    out.key("may_shrink").boolean(listing.may_shrink);
    out.key("polling");
    poll != nullptr ? write(out, *poll) : out.null();
  });
}

}  // namespace

bool is_look_up(std::string_view query) {
  return query.starts_with("inv=") || query.starts_with("name=") || query.starts_with("uuid=") ||
         query.starts_with("bot=");
}

HttpResponse read(Endpoint endpoint, std::string_view query, const Setup& setup,
                  Coordinator& coordinator) {
  Words known = page_words;
  if (endpoint == Endpoint::hosts) known = host_words;
  if (endpoint == Endpoint::journal) known = journal_words;
  if (endpoint == Endpoint::refusals) known = refusal_words;
  const absl::StatusOr<QueryParameters> parameters = read_query(query, known);
  if (!parameters.ok()) return response_of(parameters.status());
  if (endpoint == Endpoint::hosts) return read_hosts(*parameters, setup, coordinator);
  if (endpoint == Endpoint::refusals) return read_refusals(*parameters, coordinator);
  const absl::StatusOr<Cursor> cursor = cursor_of(*parameters);
  if (!cursor.ok()) return response_of(cursor.status());
  if (endpoint == Endpoint::conflicts) {
    return page_response("conflicts", coordinator.conflicts(*cursor));
  }
  if (endpoint == Endpoint::orphans) return page_response("orphans", coordinator.orphans(*cursor));
  const absl::StatusOr<JournalFilter> filter = filter_of(*parameters);
  if (!filter.ok()) return response_of(filter.status());
  return page_response("entries", coordinator.journal(*filter, *cursor));
}

HttpResponse read_installations(std::string_view query, const Setup& setup,
                                Coordinator& coordinator, const std::vector<PollState>& polls,
                                Timestamp now) {
  if (const auto none = read_query(query, {}); !none.ok()) return response_of(none.status());
  const auto listings = coordinator.listings(now);
  if (!listings.ok()) return response_of(listings.status());
  JsonWriter out;
  out.object([&] {
    out.key("now").time(now);
    out.key("monitor_only").boolean(setup.config.monitor_only);
    out.key("installations").list(setup.config.installations, [&](const auto& installation) {
      const auto is_it = [&](const auto& one) { return one.installation == installation.id; };
      const auto listing = std::find_if(listings->begin(), listings->end(), is_it);
      const auto poll = std::find_if(polls.begin(), polls.end(), is_it);
      write(out, installation, listing == listings->end() ? ListingState{} : *listing,
            poll == polls.end() ? nullptr : &*poll);
    });
  });
  return {.body = std::move(out).take() + "\n"};
}

}  // namespace vitals
