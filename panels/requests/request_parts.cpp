#include "panels/requests/request_parts.h"

#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "panels/kit/cell_rows.h"
#include "panels/kit/code_edit.h"
#include "panels/kit/widgets.h"
#include "panels/requests/body_text.h"

namespace panels::requests {

using kit::Token;
using kit::Type;

namespace {
QString text(const std::string& s) { return QString::fromStdString(s); }
}  // namespace

RequestParts::RequestParts(QWidget* parent) : QWidget(parent) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  tabs_ = new kit::TabStrip(tr("Parts of the request"));
  for (const QString& name : {tr("Params"), tr("Headers"), tr("Body"), tr("Asserts"), tr("Variables")}) tabs_->add(name);
  syntax_ = kit::label(QStringLiteral("JSON"), Type::Caption, Token::Tx2);
  auto* head = new QHBoxLayout;
  head->setContentsMargins(0, 0, 12, 0);
  head->addWidget(tabs_, 1);
  head->addWidget(syntax_);
  column->addLayout(head);
  column->addWidget(kit::hairline());
  params_ = new kit::CodeEdit(tr("Query parameters, one name=value per line"));
  params_->setPlaceholderText(tr("name=value, one per line"));
  headers_ = new kit::CodeEdit(tr("Headers, one name: value per line"));
  headers_->setPlaceholderText(tr("name: value, one per line"));
  body_ = new kit::CodeEdit(tr("Body"));
  body_->set_syntax(kit::Syntax::Json);
  body_->setPlaceholderText(tr("No body"));
  asserts_ = new kit::CodeEdit(tr("Assertions, one per line"));
  asserts_->setPlaceholderText(tr("status == 201\nbody.id > 0\ntime < 50ms"));
  pages_ = new QStackedWidget;
  for (QWidget* page : {params_, headers_, body_, asserts_}) pages_->addWidget(page);
  variable_rows_ = new kit::CellRows({{tr("Variable"), 160}, {tr("Value"), 0}}, this);
  auto* variables = new kit::TableView(tr("Variables that fill the request"), kit::size::kRowDense);
  variables->setModel(variable_rows_);
  variables->set_empty_text(tr("No variable yet. Each running service is one, {{gateway}} is its address; workspace.yaml's environments add others."));
  pages_->addWidget(variables);
  column->addWidget(pages_, 1);
  connect(tabs_, &kit::TabStrip::changed, this, [this](int part) { show_part(part); });
  connect(params_, &QPlainTextEdit::textChanged, this, [this] {
    if (!loading_) Q_EMIT query_edited();
  });
  for (kit::CodeEdit* edit : {headers_, body_, asserts_})
    connect(edit, &QPlainTextEdit::textChanged, this, [this] {
      if (loading_) return;
      show_counts();
      Q_EMIT edited();
    });
  show_part(kBody);
}

void RequestParts::set_request(const workbench::traffic::SavedRequest& request) {
  loading_ = true;
  set_query_of(text(request.url));
  headers_->set_text(header_lines(request.headers));
  body_->set_text(text(request.body));
  QStringList lines;
  for (const std::string& a : request.assertions) lines << text(a);
  asserts_->set_text(lines.join(QLatin1Char('\n')));
  loading_ = false;
  show_counts();
}

void RequestParts::set_query_of(const QString& url) {
  const bool before = loading_;
  loading_ = true;
  const auto mark = url.indexOf(QLatin1Char('?'));
  params_->set_text(mark < 0 ? QString() : url.mid(mark + 1).split(QLatin1Char('&')).join(QLatin1Char('\n')));
  loading_ = before;
  show_counts();
}

QString RequestParts::query() const { return params_->toPlainText().split(QLatin1Char('\n'), Qt::SkipEmptyParts).join(QLatin1Char('&')); }

void RequestParts::fill(workbench::traffic::SavedRequest& request) const {
  request.headers = headers_of_lines(headers_->toPlainText());
  request.body = body_->toPlainText().toStdString();
  request.assertions.clear();
  for (const QString& line : asserts_->toPlainText().split(QLatin1Char('\n'), Qt::SkipEmptyParts)) request.assertions.push_back(line.trimmed().toStdString());
}

void RequestParts::set_variables(const std::vector<std::pair<std::string, std::string>>& variables, const QString& environment) {
  if (variables == variables_) return;
  variables_ = variables;
  std::vector<kit::CellRow> rows;
  for (const auto& [name, value] : variables) {
    kit::Cell what = kit::Cell::mono(QStringLiteral("{{%1}}").arg(text(name)), Token::Acc);
    rows.push_back({text(name), {what, kit::Cell::mono(text(value))}, {}});
  }
  for (const char* made : {"$uuid", "$timestamp", "$randomInt"})
    rows.push_back({QString::fromLatin1(made), {kit::Cell::mono(QStringLiteral("{{%1}}").arg(QLatin1String(made)), Token::Acc), kit::Cell::plain(tr("made anew with every send"), Token::Tx2)}, {}});
  variable_rows_->set_rows(std::move(rows));
  tabs_->setToolTip(environment.isEmpty() ? QString() : tr("Variables of the environment %1 and of the running services").arg(environment));
  tabs_->set_count(kVariables, QString::number(variables.size()));
}

int RequestParts::part() const { return tabs_->current(); }

void RequestParts::show_part(int part) {
  part = std::clamp<int>(part, 0, kPartCount - 1);
  if (tabs_->current() != part) tabs_->set_current(part);
  pages_->setCurrentIndex(part);
  syntax_->setVisible(part == kBody);
}

void RequestParts::show_counts() {
  const auto count = [](const kit::CodeEdit* edit) {
    const auto n = edit->toPlainText().split(QLatin1Char('\n'), Qt::SkipEmptyParts).size();
    return n > 0 ? QString::number(n) : QString();
  };
  tabs_->set_count(kParams, count(params_));
  tabs_->set_count(kHeaders, count(headers_));
  tabs_->set_count(kAsserts, count(asserts_));
}

}  // namespace panels::requests
