// RequestsPanel: sending a request, and what comes back: reply, trace and status.
#include <QDateTime>
#include <QPointer>
#include <QPushButton>
#include <QTimer>

#include "panels/kit/plots/waterfall.h"
#include "panels/kit/trace_geometry.h"
#include "panels/kit/widgets.h"
#include "panels/requests/draft_store.h"
#include "panels/requests/reply_view.h"
#include "panels/requests/request_parts.h"
#include "panels/requests/requests_live.h"
#include "panels/requests/requests_panel.h"

namespace panels::requests {

using kit::Selection;
using workbench::traffic::Exchange;

namespace {
QString text(const std::string& s) { return QString::fromStdString(s); }
}  // namespace

void RequestsPanel::send_or_cancel() {
  if (sending_ != 0) {
    session()->cancel_task(sending_);
    sending_ = 0;
    ticking_->stop();
    builder_->set_busy(false);
    banner_->show_warning(tr("Cancelled. The service may still have done the work."));
    show_status();
    return;
  }
  if (draft_.url.empty()) return;
  keep_later_->stop();
  if (store_ && is_changed()) store_->store(draft_);
  banner_->clear();
  builder_->set_busy(true);
  sent_at_ms_ = QDateTime::currentMSecsSinceEpoch();
  auto id = std::make_shared<std::uint64_t>(0);
  sending_ = *id = send_request(session(), draft_, [self = QPointer<RequestsPanel>(this), id](slipway::Result<Exchange> result) {
    // A cancelled or replaced send has nothing more to say.
    if (self && self->sending_ == *id) self->took(std::move(result));
  });
  ticking_->start();
  show_status();
}

void RequestsPanel::took(slipway::Result<Exchange> result) {
  sending_ = 0;
  ticking_->stop();
  builder_->set_busy(false);
  if (!result.ok()) {
    banner_->show_error(text(result.error().to_string()), tr("Retry"), [this] { send_or_cancel(); });
    show_status();
    Q_EMIT answered();
    return;
  }
  show_exchange(*result);
  if (!result->error.empty()) banner_->show_error(text(result->error), tr("Retry"), [this] { send_or_cancel(); });
  Q_EMIT answered();
}

void RequestsPanel::show_exchange(const Exchange& exchange) {
  exchange_ = exchange;
  trace_ = nullptr;
  wanted_trace_ = exchange.trace_id;
  waterfall_->set_geometry({});
  span_words_->clear();
  reply_->show_exchange(exchange);
  show_status();
  session()->select({Selection::Kind::Exchange, text(exchange.trace_id), text(exchange.request.id)});
  if (!wanted_trace_.empty()) look_up_trace();
  waterfall_->set_empty_text(wanted_trace_.empty() ? tr("No trace was kept of this request.") : tr("Waiting for the trace of this request."));
}

void RequestsPanel::look_up_trace() {
  const std::string id = wanted_trace_;
  for (const auto& t : session()->views().traces)
    if (t->id == id && !(t->partial && session()->is_live())) return show_trace(t);
  if (!session()->is_live()) return;
  wanted_trace_.clear();
  fetch_trace(session(), id, [self = QPointer<RequestsPanel>(this), id](workbench::recorder::TracePtr trace) {
    if (!self || !self->exchange_ || self->exchange_->trace_id != id) return;
    if (trace)
      self->show_trace(trace);
    else
      self->waterfall_->set_empty_text(tr("The trace of this request is not kept any more."));
  });
}

void RequestsPanel::show_trace(workbench::recorder::TracePtr trace) {
  trace_ = std::move(trace);
  wanted_trace_.clear();
  waterfall_->set_geometry(kit::trace_geometry(*trace_));
  span_words_->setText((trace_->services().size() == 1 ? tr("%1 spans, 1 service").arg(trace_->spans.size()) : tr("%1 spans, %2 services").arg(trace_->spans.size()).arg(trace_->services().size())) + (trace_->partial ? tr(", partial") : QString()));
  open_trace_->setText(tr("Open trace %1").arg(text(trace_->id).left(6)));
  int row = -1;
  for (std::size_t i = 0; i < trace_->spans.size(); ++i)
    if (trace_->spans[i].status == slipway::telemetry::SpanStatus::Stopped || (row < 0 && trace_->spans[i].name == "rate_limit")) row = waterfall_->row_of_span(static_cast<int>(i));
  if (row >= 0) waterfall_->set_current(row);
}

void RequestsPanel::show_status() {
  line_->set_sending(sending_ != 0);
  line_->set_has_reply(exchange_.has_value());
  if (sending_ != 0) foot_->show_sending(QDateTime::currentMSecsSinceEpoch() - sent_at_ms_);
  else foot_->show_exchange(exchange());
}

}  // namespace panels::requests
