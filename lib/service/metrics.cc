// SPDX-License-Identifier: Apache-2.0
#include "service/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "text/bridge.h"

namespace vitals {
namespace {

using coordinator::Act;
using coordinator::ListingState;
using coordinator::Why;
using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

class Families {
 public:
  MetricFamily& family(const std::string& name, const std::string& help, MetricType type) {
    MetricFamily one;
    one.name = "coordinator_" + name;
    one.help = help;
    one.type = type;
    families_.push_back(std::move(one));
    return families_.back();
  }
  static void add(MetricFamily& family, Labels labels, double value) {
    ClientMetric metric;
    metric.label = std::move(labels);
    if (family.type == MetricType::Counter) {
      metric.counter.value = value;
    } else {
      metric.gauge.value = value;
    }
    family.metric.push_back(std::move(metric));
  }
  template <class Number>
  void one(const std::string& name, const std::string& help, MetricType type, Number value) {
    add(family(name, help, type), {}, static_cast<double>(value));
  }
  [[nodiscard]] std::string text() const {
    return prometheus::TextSerializer().Serialize(families_);
  }

 private:
  std::vector<MetricFamily> families_;
};

constexpr auto counter = MetricType::Counter;
constexpr auto gauge = MetricType::Gauge;

double seconds(Timestamp moment) { return static_cast<double>(moment.time_since_epoch().count()); }

void add_answers(Families& out, const ServiceCounts& counts) {
  MetricFamily& answers =
      out.family("answers_total", "Answers given, by what was asked and why", counter);
  for (std::size_t act = 0; act < coordinator::act_names.size(); ++act) {
    for (std::size_t why = 0; why < coordinator::why_names.size(); ++why) {
      const std::uint64_t count = counts.answers(static_cast<Act>(act), static_cast<Why>(why));
      if (count == 0) continue;
      const bool allowed = is_allowed(static_cast<Why>(why));
      Families::add(answers,
                    {{"act", std::string(coordinator::act_names[act])},
                     {"reason", std::string(coordinator::why_names[why])},
                     {"allowed", allowed ? "true" : "false"}},
                    static_cast<double>(count));
    }
  }
  MetricFamily& waits = out.family(
      "answer_seconds", "From a request to its answer, which is on disk", MetricType::Histogram);
  ClientMetric metric;
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i <= ServiceCounts::bounds.size(); ++i) {
    sum += counts.waits(i);
    ClientMetric::Bucket bucket;
    bucket.cumulative_count = sum;
    bucket.upper_bound = i < ServiceCounts::bounds.size() ? ServiceCounts::bounds[i]
                                                          : std::numeric_limits<double>::infinity();
    metric.histogram.bucket.push_back(bucket);
  }
  metric.histogram.sample_count = sum;
  metric.histogram.sample_sum = counts.wait_sum();
  waits.metric.push_back(std::move(metric));
}

void add_http(Families& out, const ServiceCounts& counts, const HttpCounters& http) {
  MetricFamily& responses = out.family("http_responses_total", "Responses, by status", counter);
  for (unsigned status = 100; status < 600; ++status) {
    const std::uint64_t count = counts.responses(status);
    if (count > 0) {
      Families::add(responses, {{"status", cat(status)}}, static_cast<double>(count));
    }
  }
  out.one("http_connections_total", "Connections taken", counter, http.connections.load());
  out.one("http_refused_connections_total", "Connections that were one too many", counter,
          http.refused_connections.load());
  out.one("http_requests_total", "Requests begun", counter, http.requests.load());
  out.one("http_bad_requests_total", "Requests refused before they were looked into", counter,
          http.bad_requests.load());
  out.one("http_timeouts_total", "Times that a client or an answer was too slow", counter,
          http.timeouts.load());
  out.one("http_open_connections", "Connections that are open", gauge, http.open.load());
}

// One family with a value of each installation; `value` gives none where there is none to show.
template <class State, class Value>
void add_of_each(Families& out, const std::vector<State>& states, const std::string& name,
                 const std::string& help, MetricType type, Value&& value) {
  MetricFamily& family = out.family(name, help, type);
  for (const State& state : states) {
    const std::optional<double> shown = value(state);
    if (shown) Families::add(family, {{"installation", state.installation}}, *shown);
  }
}

void add_listings(Families& out, const std::vector<ListingState>& listings, Timestamp now) {
  using State = const ListingState&;
  add_of_each(out, listings, "listing_age_seconds", "Since the listing in force was received",
              gauge, [&](State one) -> std::optional<double> {
                if (!one.received_at) return std::nullopt;
                return seconds(now) - seconds(*one.received_at);
              });
  add_of_each(out, listings, "listing_fresh", "1 if the listing is not stale", gauge,
              [](State one) { return one.fresh ? 1 : 0; });
  add_of_each(out, listings, "listing_held_back",
              "1 if a later listing loses too many hosts and is held back", gauge,
              [](State one) { return one.held_back_at ? 1 : 0; });
  add_of_each(out, listings, "listing_hosts", "Hosts in the listing in force", gauge,
              [](State one) { return static_cast<double>(one.hosts); });
}

void add_polls(Families& out, const std::vector<PollState>& polls) {
  using State = const PollState&;
  add_of_each(out, polls, "polls_total", "Polls that ended", counter,
              [](State one) { return static_cast<double>(one.polls); });
  add_of_each(out, polls, "poll_failures_total", "Polls that brought no listing", counter,
              [](State one) { return static_cast<double>(one.failures); });
  add_of_each(out, polls, "poll_seconds", "How long the last poll took", gauge,
              [](State one) { return one.last_seconds; });
}

}  // namespace

void ServiceCounts::count_wait(std::chrono::duration<double> wait) {
  const auto* const bound = std::lower_bound(bounds.begin(), bounds.end(), wait.count());
  ++waits_[static_cast<std::size_t>(bound - bounds.begin())];
  wait_microseconds_ += static_cast<std::uint64_t>(wait.count() * 1'000'000);
}

std::string metrics_text(const ServiceCounts& counts, const HttpCounters& http,
                         const std::vector<ListingState>& listings,
                         const std::vector<PollState>& polls, Timestamp now) {
  Families out;
  add_answers(out, counts);
  add_listings(out, listings, now);
  add_polls(out, polls);
  out.one("conflicts", "Hosts in several installations", gauge, counts.conflicts.load());
  out.one("orphans", "Hosts that no installation has any more", gauge, counts.orphans.load());
  out.one("monitor_failures_total", "Times that the monitor could not look", counter,
          counts.monitor_failures.load());
  out.one("reloads_total", "Configurations and tokens taken up", counter, counts.reloads.load());
  out.one("refused_reloads_total", "Configurations and tokens that were bad", counter,
          counts.refused_reloads.load());
  add_http(out, counts, http);
  return out.text();
}

}  // namespace vitals
