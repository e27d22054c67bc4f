// SPDX-License-Identifier: Apache-2.0
#include "service/service.h"

#include <chrono>
#include <utility>

#include "http/problem.h"
#include "http/url.h"
#include "service/access.h"
#include "service/asks.h"
#include "service/decisions.h"
#include "service/fixed.h"
#include "service/reads.h"
#include "text/bridge.h"
#include "vitals/text_time.h"

namespace vitals {

using coordinator::Answer;
using coordinator::Coordinator;
using coordinator::Request;

namespace {

constexpr unsigned worker_threads = 2;
constexpr std::size_t most_waiting_work = 256;
constexpr std::size_t most_waiting_decisions = 16;  // each may have megabytes
constexpr std::uint64_t most_counted_orphans = 100'000;

HttpResponse too_busy() {
  HttpResponse response = problem(503, "overloaded", "too much is being asked; ask again");
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

}  // namespace

Service::Service(ServiceOptions options, std::shared_ptr<const Setup> setup,
                 Coordinator& coordinator)
    : options_(std::move(options)), coordinator_(coordinator), setup_(std::move(setup)) {
  workers_.emplace(worker_threads, most_waiting_work);
  deciders_.emplace(1, most_waiting_decisions);
}

Service::~Service() { stop(); }

std::shared_ptr<const Setup> Service::setup() const {
  const std::lock_guard lock(setup_mutex_);
  return setup_;
}

void Service::use(std::shared_ptr<const Setup> setup) {
  const std::lock_guard lock(setup_mutex_);
  setup_ = std::move(setup);
}

std::variant<std::uint64_t, HttpResponse> Service::gate(const HttpRequest& request) const {
  return admit(request, *setup(), options_.allowed);
}

void Service::handle(HttpRequest request, const HttpReply& reply) {
  const HttpReply counted([this, reply](HttpResponse response) {
    counts_.count_response(response.status);
    reply(std::move(response));
  });
  auto found = router().find(request.method, request.path());
  if (auto* const none = std::get_if<HttpResponse>(&found)) return counted(std::move(*none));
  const auto& match = std::get<RouteMatch>(found);
  const auto endpoint = static_cast<Endpoint>(match.route);
  if (endpoint < Endpoint::readyz) return counted(fixed_response(endpoint));
  if (endpoint >= Endpoint::add && endpoint != Endpoint::let_shrink) {
    return ask(match, request, counted);
  }
  if (endpoint == Endpoint::hosts && options_.database_is_near && is_look_up(request.query())) {
    return counted(answer(endpoint, request));
  }
  WorkerPool& pool = endpoint == Endpoint::decisions ? *deciders_ : *workers_;
  const bool taken = pool.submit([this, match, counted, request = std::move(request)] {
    const auto what = static_cast<Endpoint>(match.route);
    counted(what == Endpoint::let_shrink ? let_shrink(match, request) : answer(what, request));
  });
  if (!taken) counted(too_busy());
}

HttpResponse Service::answer(Endpoint endpoint, const HttpRequest& request) {
  if (endpoint == Endpoint::readyz) {
    const absl::Status status = coordinator_.ready();
    return status.ok() ? HttpResponse{.body = "{\"status\":\"ready\"}\n"} : response_of(status);
  }
  if (endpoint == Endpoint::metrics) return metrics();
  if (endpoint == Endpoint::decisions) return decide(request);
  if (endpoint == Endpoint::installations) {
    return read_installations(request.query(), *setup(), coordinator_,
                              polls_ ? polls_->states() : std::vector<PollState>(), options_.now());
  }
  return read(endpoint, request.query(), *setup(), coordinator_);
}

HttpResponse Service::metrics() {
  const Timestamp now = options_.now();
  const auto listings = coordinator_.listings(now);
  if (!listings.ok()) return response_of(listings.status());
  return {.content_type = "text/plain; version=0.0.4; charset=utf-8",
          .body = metrics_text(counts_, http_->counters(), *listings,
                               polls_ ? polls_->states() : std::vector<PollState>(), now)};
}

HttpResponse Service::decide(const HttpRequest& request) {
  const auto parameters = parameters_of(request.query());
  if (!parameters.ok()) return response_of(parameters.status());
  Timestamp at = options_.now();
  for (const auto& [name, value] : *parameters) {
    const absl::StatusOr<Timestamp> moment = parse_timestamp(value);
    if (name != "at") return response_of(invalid("expected no parameter but at"));
    if (!moment.ok()) {
      return response_of(invalid("the parameter at: ", to_std(moment.status().message())));
    }
    at = *moment;
  }
  const bool lines = request.content_type.starts_with("application/x-ndjson");
  const PolicySet& policy = setup()->policy;
  absl::StatusOr<std::string> decided =
      lines ? decide_lines(request.body, at, policy) : decide_object(request.body, at, policy);
  if (!decided.ok()) return response_of(decided.status());
  return {.body = *std::move(decided)};
}

HttpResponse Service::let_shrink(const RouteMatch& match, const HttpRequest& request) {
  const absl::Status status =
      coordinator_.let_shrink(match.arguments.front(), request.peer, options_.now());
  return status.ok() ? HttpResponse{.body = "{\"may_shrink\":true}\n"} : response_of(status);
}

void Service::ask(const RouteMatch& match, const HttpRequest& request, const HttpReply& reply) {
  auto requests =
      requests_of(static_cast<Endpoint>(match.route), match.arguments, request.body, request.peer);
  if (!requests.ok()) return reply(response_of(requests.status()));
  const auto began = std::chrono::steady_clock::now();
  const auto asked = std::make_shared<const std::vector<Request>>(*requests);
  coordinator_.submit(*std::move(requests), options_.now(),
                      [this, asked, reply, began](const Coordinator::Answers& answers) {
                        counts_.count_wait(std::chrono::steady_clock::now() - began);
                        if (!answers.ok()) return reply(response_of(answers.status()));
                        for (std::size_t i = 0; i < asked->size(); ++i) {
                          counts_.count_answer((*asked)[i].act, (*answers)[i].why);
                        }
                        reply(response_of(*asked, *answers));
                      });
}

void Service::start(const HttpServer& http) {
  http_ = &http;
  polls_.emplace(PollOptions{.page = options_.poll_page,
                             .now = options_.now,
                             .apply =
                                 [this](coordinator::Listing listing) {
                                   return coordinator_.apply_listing(std::move(listing),
                                                                     options_.now());
                                 },
                             .log = options_.log});
  poll_installations(*setup());
  watcher_ = std::jthread([this](const std::stop_token& stop) { watch(stop); });
}

void Service::stop() {
  watcher_ = {};
  polls_.reset();
  workers_.reset();
  deciders_.reset();
}

void Service::poll_installations(const Setup& setup) {
  polls_->poll(setup.config.installations, poll_token);
}

absl::Status Service::reload() {
  const std::lock_guard lock(reload_mutex_);
  auto renewed = read_setup(options_.config_file, options_.monitor_only);
  absl::Status status = renewed.status();
  if (status.ok()) status = coordinator_.reconfigure((*renewed)->config);
  if (!status.ok()) {
    ++counts_.refused_reloads;
    return status;
  }
  use(*renewed);
  poll_installations(**renewed);
  ++counts_.reloads;
  return status;
}

// Tokens are replaced by writing their file: nobody need tell.
void Service::take_new_tokens() {
  const std::lock_guard lock(reload_mutex_);
  const std::shared_ptr<const Setup> current = setup();
  const std::string state = TokenBook::state_of(current->token_files);
  if (state == current->token_state) return;
  auto renewed = with_new_tokens(*current);
  if (renewed.ok()) {
    ++counts_.reloads;
    options_.log("tokens were read anew");
    use(*renewed);
    return;
  }
  ++counts_.refused_reloads;
  options_.log(cat("tokens stay as they were: ", to_std(renewed.status().message())));
  auto noted = std::make_shared<Setup>(*current);  // and are not complained of again
  noted->token_state = state;
  use(std::move(noted));
}

void Service::look_for_conflicts() {
  const auto findings = coordinator_.monitor(options_.now());
  if (!findings.ok()) {
    ++counts_.monitor_failures;
    options_.log(cat("conflicts cannot be looked for: ", to_std(findings.status().message())));
    return;
  }
  counts_.conflicts = findings->conflicts;
  if (findings->opened > 0) options_.log(cat(findings->opened, " conflicts opened"));
  if (findings->closed > 0) options_.log(cat(findings->closed, " conflicts closed"));
  std::uint64_t orphans = 0;
  coordinator::Cursor cursor{.most = coordinator::longest_page};
  while (orphans < most_counted_orphans) {
    const auto page = coordinator_.orphans(cursor);
    if (!page.ok()) return;
    orphans += page->elements.size();
    if (!page->next) break;
    cursor.after = *page->next;
  }
  counts_.orphans = orphans;
}

void Service::watch(const std::stop_token& stop) {
  using Clock = std::chrono::steady_clock;
  auto next_look = Clock::now();
  std::unique_lock lock(watch_mutex_);
  while (!stop.stop_requested()) {
    take_new_tokens();
    if (Clock::now() >= next_look) {
      look_for_conflicts();
      next_look = Clock::now() + options_.monitor_period;
    }
    wake_.wait_for(lock, stop, std::chrono::milliseconds{500}, [] { return false; });
  }
}

}  // namespace vitals
