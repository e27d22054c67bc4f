// SPDX-License-Identifier: Apache-2.0
#include "fake_installation.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

#include "http/problem.h"
#include "http/tokens.h"
#include "http/url.h"
#include "text/bridge.h"
#include "text/json_writer.h"

namespace vitals {
namespace {

std::int64_t number_of(std::string_view text, std::int64_t otherwise) {
  std::int64_t number = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string uuid_of(std::int64_t inv) {
  const std::string digits = cat(inv);
  return "00000000-0000-4000-8000-" +
         std::string(12 - std::min<std::size_t>(12, digits.size()), '0') + digits;
}

}  // namespace

FakeInstallation::FakeInstallation(FakeInstallationOptions options) : options_(std::move(options)) {
  for (std::int64_t i = 0; i < options_.hosts; ++i) {
    const std::int64_t inv = options_.first_inv + i;
    hosts_.emplace(inv, cat(options_.prefix, inv));
  }
}

absl::StatusOr<std::unique_ptr<FakeInstallation>> FakeInstallation::start(
    FakeInstallationOptions options) {
  std::unique_ptr<FakeInstallation> fake(new FakeInstallation(std::move(options)));
  FakeInstallation* const self = fake.get();
  auto server = HttpServer::start(
      {.port = fake->options_.port},
      [](const HttpRequest&) -> std::variant<std::uint64_t, HttpResponse> { return 0U; },
      [self](const HttpRequest& request, const HttpReply& reply) { self->handle(request, reply); });
  if (!server.ok()) return server.status();
  fake->server_ = *std::move(server);
  return fake;
}

FakeInstallation::~FakeInstallation() {
  server_->drain(std::chrono::milliseconds{0});
  late_.clear();
  hanging_.clear();
}

std::string FakeInstallation::url() const { return cat("http://127.0.0.1:", port(), "/v1/hosts"); }

void FakeInstallation::behave(Misbehaviour how, int argument) {
  const std::lock_guard lock(mutex_);
  how_ = how;
  argument_ = argument;
}

void FakeInstallation::add(std::int64_t inv, std::string name) {
  const std::lock_guard lock(mutex_);
  hosts_[inv] = std::move(name);
}

void FakeInstallation::drop(std::int64_t inv) {
  const std::lock_guard lock(mutex_);
  hosts_.erase(inv);
}

std::size_t FakeInstallation::pages_asked() const {
  const std::lock_guard lock(mutex_);
  return pages_;
}

std::size_t FakeInstallation::most_at_once() const {
  const std::lock_guard lock(mutex_);
  return most_at_once_;
}

HttpResponse FakeInstallation::control(const std::vector<std::string>& words) {
  const std::int64_t number = words.size() > 2 ? number_of(words[2], 0) : 0;
  if (words[1] == "add" && words.size() == 4) {
    add(number, words[3]);
    return {.body = "{}\n"};
  }
  if (words[1] == "drop" && words.size() == 3) {
    drop(number);
    return {.body = "{}\n"};
  }
  const auto* const found =
      std::find(misbehaviour_names.begin(), misbehaviour_names.end(), words[1]);
  if (found == misbehaviour_names.end()) return problem(404, "unknown", "no such misbehaviour");
  behave(static_cast<Misbehaviour>(found - misbehaviour_names.begin()), static_cast<int>(number));
  return {.body = "{}\n"};
}

void FakeInstallation::handle(const HttpRequest& request, const HttpReply& reply) {
  const auto words = segments_of(request.path());
  if (!words.ok()) return reply(problem(400, "bad_path", "no path"));
  if (words->size() >= 2 && words->front() == "control") return reply(control(*words));
  if (request.path() != "/v1/hosts") return reply(problem(404, "no_such_path", "only /v1/hosts"));
  const auto token = bearer_token(request.authorization);
  if (!options_.token.empty() && token != options_.token) {
    return reply(problem(401, "bad_token", "another token was expected"));
  }
  Misbehaviour how{};
  {
    const std::lock_guard lock(mutex_);
    ++pages_;
    ++at_once_;
    most_at_once_ = std::max(most_at_once_, at_once_);
    how = how_;
    if (how == Misbehaviour::hang) {
      hanging_.push_back(reply);
      return;
    }
  }
  HttpResponse response = page(request);
  if (how == Misbehaviour::slow) return answer_later(reply, std::move(response));
  const std::lock_guard lock(mutex_);
  --at_once_;
  reply(std::move(response));
}

void FakeInstallation::answer_later(const HttpReply& reply, HttpResponse response) {
  late_.emplace_back([this, reply, response = std::move(response)](const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, std::chrono::milliseconds(argument_), [] { return false; });
    --at_once_;
    reply(response);
  });
}

HttpResponse FakeInstallation::page(const HttpRequest& request) {
  const auto parameters = parameters_of(request.query());
  if (!parameters.ok()) return problem(400, "bad_query", to_std(parameters.status().message()));
  const auto value = [&](const char* name, std::int64_t otherwise) {
    const auto found = parameters->find(name);
    return found == parameters->end() ? otherwise : number_of(found->second, otherwise);
  };
  const std::lock_guard lock(mutex_);
  if (how_ == Misbehaviour::error) {
    return problem(static_cast<unsigned>(argument_), "told_so", "as it was told");
  }
  if (how_ == Misbehaviour::garbage) return {.body = "<html>It works!</html>"};
  std::string text = page_text(value("cursor", 0), static_cast<std::size_t>(value("limit", 100)));
  if (how_ == Misbehaviour::truncated) text.resize(text.size() / 2);
  return {.body = std::move(text)};
}

std::string FakeInstallation::page_text(std::int64_t after, std::size_t limit) {
  const bool begins_before = how_ == Misbehaviour::duplicates && after != 0;
  auto next = begins_before ? hosts_.lower_bound(after) : hosts_.upper_bound(after);
  if (how_ == Misbehaviour::no_end) next = hosts_.end();
  auto total = static_cast<std::int64_t>(hosts_.size());
  if (how_ == Misbehaviour::other_total) total += after;
  if (how_ == Misbehaviour::wrong_total) ++total;
  JsonWriter out;
  std::int64_t last = after;
  out.object([&] {
    std::vector<std::pair<std::int64_t, std::string>> shown;
    for (std::size_t taken = 0; next != hosts_.end() && taken < limit; ++next, ++taken) {
      last = next->first;
      const bool lost = how_ == Misbehaviour::lose && next->first % 100 < argument_;
      if (lost) --total;
      if (!lost) shown.push_back(*next);
    }
    out.key("hosts").list(shown, [&](const auto& host) {
      out.object([&] {
        out.key("inv").number(how_ == Misbehaviour::bad_host ? -host.first : host.first);
        out.key("name").string(host.second);
        out.key("uuid").string(uuid_of(host.first));
        out.key("host_type").string("server");
        out.key("exclude_from_monitoring").boolean(false);
      });
    });
    if (how_ != Misbehaviour::lose) out.key("total").number(total);
    out.key("next_cursor");
    if (how_ == Misbehaviour::same_cursor || how_ == Misbehaviour::no_end) {
      out.string("1");
    } else {
      next == hosts_.end() ? out.null() : out.string(cat(last));
    }
  });
  return std::move(out).take();
}

}  // namespace vitals
