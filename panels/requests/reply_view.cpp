#include "panels/requests/reply_view.h"

#include <QApplication>
#include <QClipboard>
#include <QDateTime>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "panels/kit/cell_rows.h"
#include "panels/kit/code_edit.h"
#include "panels/kit/plots/units.h"
#include "panels/kit/widgets.h"
#include "panels/requests/body_text.h"

namespace panels::requests {

using kit::Token;
using kit::Type;
using workbench::traffic::Exchange;

namespace {

QString text(const std::string& s) { return QString::fromStdString(s); }
QString duration(std::int64_t ns) { return kit::plots::duration_text(static_cast<double>(ns)); }

std::vector<kit::CellRow> timing_rows(const Exchange& e) {
  std::vector<kit::CellRow> rows;
  const double total = static_cast<double>(std::max<std::int64_t>(1, e.total_ns));
  const auto row = [&](const QString& name, std::int64_t ns, const QString& instead = {}) {
    kit::Cell share;
    share.kind = kit::Cell::Kind::Bar;
    share.share = static_cast<double>(ns) / total;
    share.text = kit::plots::percent_text(share.share);
    share.token = Token::Tx2;
    rows.push_back({name, {kit::Cell::plain(name), kit::Cell::number(instead.isEmpty() ? duration(ns) : instead, static_cast<qlonglong>(ns)), share}, {}});
  };
  const std::int64_t connect = e.reused_connection ? 0 : e.connect_ns, first = std::max<std::int64_t>(0, e.first_byte_ns - connect);
  row(ReplyView::tr("Connect"), connect, e.reused_connection ? ReplyView::tr("kept alive") : QString());
  row(ReplyView::tr("Send and wait for the first byte"), first);
  row(ReplyView::tr("Read the rest"), std::max<std::int64_t>(0, e.total_ns - e.first_byte_ns));
  row(ReplyView::tr("Total"), e.total_ns);
  return rows;
}

std::vector<kit::CellRow> assertion_rows(const Exchange& e) {
  std::vector<kit::CellRow> rows;
  for (std::size_t i = 0; i < e.assertions.size(); ++i) {
    const auto& a = e.assertions[i];
    kit::Cell rule = kit::Cell::mono(text(a.text));
    rule.kind = kit::Cell::Kind::Text;
    rule.icon = a.held ? QStringLiteral("check-circle") : QStringLiteral("error");
    rule.icon_token = a.held ? Token::Ok : Token::Err;
    rows.push_back({QString::number(i), {rule, kit::Cell::plain(a.held ? ReplyView::tr("held") : ReplyView::tr("failed"), a.held ? Token::Ok : Token::Err), kit::Cell::mono(text(a.found))}, a.held ? QColor() : kit::theme().tint(Token::Err, 0.08)});
  }
  return rows;
}

Token status_token(int status) { return status >= 500 || status == 0 ? Token::Err : status >= 400 ? Token::Warn : Token::Ok; }

}  // namespace

QString clock_text(std::int64_t wall_ns, bool millis) {
  return QDateTime::fromMSecsSinceEpoch(wall_ns / 1'000'000).toString(millis ? QStringLiteral("HH:mm:ss.zzz") : QStringLiteral("HH:mm:ss"));
}

ReplyView::ReplyView(QWidget* parent) : QWidget(parent) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  tabs_ = new kit::TabStrip(tr("Parts of the reply"));
  for (const QString& name : {tr("Pretty"), tr("Raw"), tr("Headers"), tr("Timing"), tr("Asserts")}) tabs_->add(name);
  auto* copy = kit::icon_button(QStringLiteral("copy"), tr("Copy what is shown"));
  connect(copy, &QToolButton::clicked, this, [this] { QApplication::clipboard()->setText(shown_text()); });
  auto* head = new QHBoxLayout;
  head->setContentsMargins(0, 0, 8, 0);
  head->addWidget(tabs_, 1);
  head->addWidget(copy);
  column->addLayout(head);
  column->addWidget(kit::hairline());
  text_ = new kit::CodeEdit(tr("Reply"));
  text_->setReadOnly(true);
  text_->setPlaceholderText(tr("Ctrl+Enter sends the request; its reply stands here."));
  timing_rows_ = new kit::CellRows({{tr("Part"), 0}, {tr("Took"), 96, Qt::AlignRight}, {tr("Of the whole"), 168}}, this);
  timing_ = new kit::TableView(tr("Where the time of the request went"), kit::size::kRow);
  timing_->setModel(timing_rows_);
  timing_->set_empty_text(tr("Not sent yet."));
  assertion_rows_ = new kit::CellRows({{tr("Assertion"), 0}, {tr("Result"), 72}, {tr("Found"), 140}}, this);
  assertions_ = new kit::TableView(tr("Assertions and what was found"), kit::size::kRow);
  assertions_->setModel(assertion_rows_);
  assertions_->set_empty_text(tr("No assertion. Write one per line in the Asserts tab of the request, like status == 201"));
  pages_ = new QStackedWidget;
  pages_->addWidget(text_);
  pages_->addWidget(timing_);
  pages_->addWidget(assertions_);
  column->addWidget(pages_, 1);
  connect(tabs_, &kit::TabStrip::changed, this, [this](int part) { show_part(part); });
}

int ReplyView::part() const { return tabs_->current(); }

void ReplyView::show_part(int part) {
  part = std::clamp<int>(part, 0, kPartCount - 1);
  if (tabs_->current() != part) tabs_->set_current(part);
  pages_->setCurrentIndex(part == kTiming ? 1 : part == kAsserts ? 2 : 0);
  show_text();
}

void ReplyView::show_text() {
  if (!exchange_) return text_->clear();
  const int part = tabs_->current();
  text_->set_syntax(part <= kRaw ? kit::Syntax::Json : kit::Syntax::Plain);
  if (part <= kHeaders) text_->set_text(part == kPretty ? pretty_json(text(exchange_->body)) : part == kRaw ? text(exchange_->body) : header_lines(exchange_->headers));
}

void ReplyView::show_exchange(const Exchange& exchange) {
  exchange_ = exchange;
  tabs_->set_count(kHeaders, QString::number(exchange.headers.size()));
  const auto held = std::count_if(exchange.assertions.begin(), exchange.assertions.end(), [](const auto& a) { return a.held; });
  const auto all = static_cast<std::ptrdiff_t>(exchange.assertions.size());
  tabs_->set_count(kAsserts, all > 0 ? tr("%1 of %2").arg(held).arg(all) : QString(), held == all ? Token::Ok : Token::Err);
  timing_rows_->set_rows(timing_rows(exchange));
  assertion_rows_->set_rows(assertion_rows(exchange));
  show_text();
}

void ReplyView::clear() {
  exchange_.reset();
  tabs_->set_count(kHeaders, {});
  tabs_->set_count(kAsserts, {});
  timing_rows_->set_rows({});
  assertion_rows_->set_rows({});
  text_->clear();
}

QString ReplyView::shown_text() const {
  switch (tabs_->current()) {
    case kTiming: return timing_->as_tsv();
    case kAsserts: return assertions_->as_tsv();
    default: return text_->toPlainText();
  }
}

ReplyFoot::ReplyFoot(QWidget* parent) : QWidget(parent) {
  setFixedHeight(34);
  auto* line = new QHBoxLayout(this);
  line->setContentsMargins(12, 6, 12, 6);
  line->setSpacing(12);
  code_ = new kit::Tag({});
  figures_ = kit::label({}, Type::Mono, Token::Tx2);
  sent_ = kit::label({}, Type::Body, Token::Tx2);
  sent_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  sent_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  line->addWidget(code_);
  line->addWidget(figures_);
  line->addWidget(sent_, 1);
}

void ReplyFoot::show_sending(qint64 since_ms) {
  kit::TagSpec tag;
  tag.tinted = true;
  tag.text = tr("sending"), tag.token = Token::Acc;
  code_->set(tag);
  figures_->setText(tr("%1 ms").arg(since_ms));
  sent_->clear();
}

void ReplyFoot::show_exchange(const Exchange* e) {
  kit::TagSpec tag;
  tag.tinted = true;
  if (!e) {
    tag.text = tr("not sent"), tag.token = Token::Tx2;
    figures_->clear();
    sent_->clear();
  } else {
    tag.text = e->error.empty() ? QStringLiteral("%1 %2").arg(e->status).arg(text(e->reason)) : tr("no reply");
    tag.token = e->error.empty() ? status_token(e->status) : Token::Err;
    tag.icon = tag.token == Token::Ok ? QStringLiteral("check") : QStringLiteral("error");
    figures_->setText(QStringLiteral("%1  %2  %3").arg(duration(e->total_ns), kit::plots::size_text(e->body.size()), e->reused_connection ? tr("kept alive") : tr("new connection")));
    sent_->setText(tr("Sent %1, config snapshot %2").arg(clock_text(e->started_wall_ns, true)).arg(e->config_version));
  }
  code_->set(tag);
}

}  // namespace panels::requests
