#include "workbench/traffic/redact.h"

#include "slipway/codec/codec.h"
#include "slipway/telemetry/log_mask.h"

namespace workbench::traffic {

using slipway::telemetry::Masking;

namespace {

// "a=1&token=x": the values of secret names masked.
std::string masked_form(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const std::string_view field = text.substr(0, end);
    const auto eq = field.find('=');
    if (eq != std::string_view::npos && slipway::telemetry::is_secret_name(field.substr(0, eq)))
      (out += field.substr(0, eq + 1)) += Masking::kMask;
    else
      out += field;
    if (end < text.size()) out += '&';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string masked_url(const std::string& url, const Masking& masking) {
  const auto query = url.find('?');
  return masking.text(query == std::string::npos ? url : url.substr(0, query + 1) + masked_form(std::string_view(url).substr(query + 1)));
}

void mask(Pairs& headers, const Masking& masking) {
  for (auto& [name, value] : headers) value = slipway::telemetry::is_secret_name(name) ? std::string(Masking::kMask) : masking.text(value);
}

bool is_form(const Pairs& headers) {
  for (const auto& [name, value] : headers)
    if (name.size() == 12 && (name[0] | 32) == 'c' && value.find("x-www-form-urlencoded") != std::string::npos) return true;
  return false;
}

std::string masked_body(const std::string& body, const Pairs& headers, const Masking& masking) {
  std::string out = body;
  const auto first = body.find_first_not_of(" \t\r\n");
  if (is_form(headers)) {
    out = masked_form(body);
  } else if (first != std::string::npos && (body[first] == '{' || body[first] == '[')) {
    // As it was written unless something in it is masked.
    if (const auto tree = slipway::codec::parse_json(body); tree.ok())
      if (auto masked = masking.value("", *tree); !(masked == *tree)) out = slipway::codec::to_json(masked);
  }
  if (out.size() > kKeptBody) out = out.substr(0, kKeptBody) + "\n(the first " + std::to_string(kKeptBody) + " of " + std::to_string(out.size()) + " bytes)";
  return masking.text(out);
}

}  // namespace

Exchange redacted(const Exchange& exchange) {
  static const auto masking = Masking::standard();
  Exchange x = exchange;
  x.request.body = masked_body(x.request.body, x.request.headers, *masking);
  x.sent_body = masked_body(x.sent_body, x.sent_headers, *masking);
  x.body = masked_body(x.body, x.headers, *masking);
  x.request.url = masked_url(x.request.url, *masking);
  x.url = masked_url(x.url, *masking);
  mask(x.request.headers, *masking);
  mask(x.sent_headers, *masking);
  mask(x.headers, *masking);
  for (auto& a : x.assertions) a.found = masking->text(a.found);
  x.error = masking->text(x.error);
  return x;
}

}  // namespace workbench::traffic
