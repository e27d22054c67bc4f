// SPDX-License-Identifier: Apache-2.0
#include "http/client.h"

#include <curl/curl.h>

#include <array>
#include <utility>

#include "text/bridge.h"

namespace vitals {
namespace {

// libcurl wants this once, before threads begin.
[[maybe_unused]] const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);

struct Progress {
  std::string body{};
  std::size_t most_bytes = 0;
  bool too_large = false;
  const std::function<bool()>* stop = nullptr;
};

std::size_t take_bytes(const char* data, std::size_t size, std::size_t count, void* context) {
  auto& progress = *static_cast<Progress*>(context);
  const std::size_t bytes = size * count;
  if (bytes > progress.most_bytes - progress.body.size()) {
    progress.too_large = true;
    return 0;  // an error, to libcurl
  }
  progress.body.append(data, bytes);
  return bytes;
}

int ask_stop(void* context, curl_off_t /*to_get*/, curl_off_t /*got*/, curl_off_t /*to_put*/,
             curl_off_t /*put*/) {
  const auto& progress = *static_cast<const Progress*>(context);
  return *progress.stop && (*progress.stop)() ? 1 : 0;
}

absl::Status failed(CURLcode code, const Progress& progress, const std::string& url,
                    const char* detail) {
  const std::string what = cat(url, ": ", *detail == '\0' ? curl_easy_strerror(code) : detail);
  if (progress.too_large) {
    return absl::ResourceExhaustedError(
        cat(url, ": answers more than ", progress.most_bytes, " bytes"));
  }
  if (code == CURLE_ABORTED_BY_CALLBACK) return absl::CancelledError(cat(url, ": given up"));
  if (code == CURLE_OPERATION_TIMEDOUT) return absl::DeadlineExceededError(what);
  return absl::UnavailableError(what);
}

}  // namespace

struct HttpClient::Impl {
  explicit Impl(HttpClientOptions wanted) : options(std::move(wanted)), curl(curl_easy_init()) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() { curl_easy_cleanup(curl); }

  HttpClientOptions options;
  CURL* curl;
};

HttpClient::HttpClient(HttpClientOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

void HttpClient::set_whole_time(std::chrono::milliseconds time) {
  impl_->options.whole_time = time;
}

absl::StatusOr<HttpFetched> HttpClient::get(const std::string& url, const std::string& token,
                                            const std::function<bool()>& stop) {
  const HttpClientOptions& options = impl_->options;
  CURL* const curl = impl_->curl;
  if (curl == nullptr) return absl::ResourceExhaustedError("libcurl cannot be used");
  Progress progress{.most_bytes = options.most_bytes, .stop = &stop};
  std::array<char, CURL_ERROR_SIZE> detail{};
  curl_slist* headers = curl_slist_append(nullptr, "Accept: application/json");
  if (!token.empty()) {
    headers = curl_slist_append(headers, cat("Authorization: Bearer ", token).c_str());
  }
  curl_easy_reset(curl);  // connections stay
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options.connect_time.count()));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(options.whole_time.count()));
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_bytes);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &progress);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, ask_stop);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &progress);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail.data());
  if (!options.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, options.ca_file.c_str());
  const CURLcode code = curl_easy_perform(curl);
  curl_slist_free_all(headers);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, nullptr);
  if (code != CURLE_OK) return failed(code, progress, url, detail.data());
  HttpFetched fetched{.body = std::move(progress.body)};
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  fetched.status = static_cast<unsigned>(status);
  const char* content_type = nullptr;
  curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &content_type);
  if (content_type != nullptr) fetched.content_type = content_type;
  return fetched;
}

}  // namespace vitals
