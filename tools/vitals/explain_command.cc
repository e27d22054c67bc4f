// SPDX-License-Identifier: Apache-2.0
#include "explain_command.h"

#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "inputs.h"
#include "output.h"
#include "presentation.h"
#include "progress.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "text/words.h"
#include "vitals/explain.h"
#include "vitals/fleet.h"
#include "vitals/policy_yaml.h"
#include "vitals/recording.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

class Explaining {
 public:
  Explaining(const ExplainCommand& command, PolicySet policy)
      : command_(command), fleet_(std::move(policy)) {}

  // Applies every event up to and including the moment.
  absl::Status read(RecordingReader& reader) {
    Progress progress("reading");
    while (const Event* event = reader.next()) {
      if (!first_) first_ = event->time;
      if (event->time > command_.at) return absl::OkStatus();
      const absl::Status status = fleet_.apply(*event);
      if (status.ok()) {
        remember(*event);
      } else if (command_.lenient) {
        reader.skip(absl::IsNotFound(status) ? "unknown host" : "rename onto a living name");
      } else {
        return invalid(reader.position(), ": ", to_std(status.message()));
      }
      progress.tick([&] { return reader.progress(); });
    }
    const bool stands = reader.status().ok() || reader.error_time() > command_.at;
    return stands ? absl::OkStatus() : reader.status();
  }

  absl::StatusOr<HostExplanation> explain() {
    if (!first_ || *first_ > command_.at) return no_event();
    std::vector<Explanation> checks;
    const bool known = fleet_.visit_checks(command_.host, [&](const CheckView& check) {
      checks.push_back(vitals::explain(check, fleet_.policy().constants, command_.at));
    });
    if (!known) return unknown_host();
    HostExplanation host = explain_host(command_.host, fleet_.find_host(command_.host).has_value(),
                                        command_.at, std::move(checks));
    if (command_.check.empty()) return host;
    std::erase_if(host.checks,
                  [&](const Explanation& check) { return check.check != command_.check; });
    if (host.checks.empty()) return unknown_check();
    return host;
  }

 private:
  // Why the name that is asked about may have gone.
  void remember(const Event& event) {
    const bool may_go = event.type == EventType::rename || event.type == EventType::remove;
    if (!may_go || event.host != command_.host) return;
    const std::string moment = cat(" at ", format_timestamp(event.time));
    if (event.type == EventType::rename) {
      gone_ = cat("; it was renamed to ", in_quotes(event.to), moment);
    } else {
      gone_ = cat("; it was removed", moment);
    }
  }

  absl::Status no_event() const {
    const std::string moment = format_timestamp(command_.at);
    if (!first_) return invalid("no event up to ", moment, ": there is none at all");
    return invalid("no event up to ", moment, ": the first one is of ", format_timestamp(*first_));
  }

  absl::Status unknown_host() {
    if (!gone_.empty()) {
      return invalid("no host ", in_quotes(command_.host), " at ", format_timestamp(command_.at),
                     gone_);
    }
    // Switches and racks are known by their checks only.
    std::set<std::string, std::less<>> names;
    fleet_.judge_hosts(command_.at, [&](const HostLine& line) { names.emplace(line.host); });
    fleet_.judge_all(command_.at, [&](const VerdictLine& line) { names.emplace(line.host); });
    const std::vector<std::string_view> known(names.begin(), names.end());
    return invalid("no host, switch or rack ", in_quotes(command_.host), " at ",
                   format_timestamp(command_.at), did_you_mean(command_.host, known));
  }

  absl::Status unknown_check() const {
    const CheckSet& checks = fleet_.policy().checks;
    if (const auto check = checks.find(command_.check); check != checks.end()) {
      const bool of_place = is_infrastructure(check->second.kind);
      if (of_place && fleet_.find_host(command_.host)) {
        return invalid("check ", in_quotes(command_.check), " is of a ",
                       check->second.kind == Kind::netmon ? "switch" : "rack", ", and ",
                       in_quotes(command_.host),
                       " is a host: ask with --host for the one that its ",
                       "active checks name as blocked_by or in their rules");
      }
      return invalid("nothing was received of check ", in_quotes(command_.check), " of ",
                     in_quotes(command_.host), " up to ", format_timestamp(command_.at),
                     ", and it is not required of it");
    }
    std::vector<std::string_view> known;
    for (const auto& [name, check] : checks) known.push_back(name);
    return invalid("the policy names no check ", in_quotes(command_.check),
                   did_you_mean(command_.check, known));
  }

  const ExplainCommand& command_;
  Fleet fleet_;
  std::optional<Timestamp> first_{};  // the time of the first event
  std::string gone_{};
};

int print(const HostExplanation& host, const ExplainCommand& command) {
  if (!command.svg_file.empty()) {
    const absl::Status status = write_file(command.svg_file, to_svg(host));
    if (!status.ok()) return refuse_output(status);
  }
  print_text(command.format == "json" ? to_json(host) : to_text(host, style_of_output()));
  return exit_ok;
}

}  // namespace

int run(const ExplainCommand& command) {
  absl::StatusOr<PolicySet> policy = policy_of(command.policy_file);
  if (!policy.ok()) return refuse_input(policy.status());
  absl::StatusOr<RecordingReader> reader = RecordingReader::open(
      command.recordings, {.reorder = command.reorder, .lenient = command.lenient});
  if (!reader.ok()) return refuse_input(reader.status());
  Explaining explaining(command, *std::move(policy));
  const absl::Status status = explaining.read(*reader);
  print_skipped(*reader);
  if (!status.ok()) return refuse_input(status);
  const absl::StatusOr<HostExplanation> host = explaining.explain();
  return host.ok() ? print(*host, command) : refuse_input(host.status());
}

}  // namespace vitals
