SELECT e.received || '/' || SUBSTR('0000000000' || CAST(e.id AS TEXT), LENGTH(CAST(e.id AS TEXT)) + 1) AS key, e.id, e.received,
       CASE e.kind WHEN 'suit' THEN '行政诉讼' ELSE '行政复议' END AS kind, e.subject, e.authority,
       CASE WHEN e.concluded <= $3 THEN e.concluded END AS concluded,
       CASE WHEN e.concluded <= $3 THEN CASE e.result WHEN 'upheld' THEN '维持' WHEN 'rejected' THEN '驳回' WHEN 'withdrawn' THEN '撤回申请' WHEN 'settled' THEN '调解' WHEN 'revoked' THEN '撤销' WHEN 'altered' THEN '变更' WHEN 'unlawful' THEN '确认违法' WHEN 'ordered' THEN '责令履行' ELSE e.result END END AS result
FROM register_dispute e
JOIN organs o ON o.bureau = e.bureau AND o.id = e.organ
WHERE e.bureau = $1 AND o.kind = 'bureau' AND e.received >= $2 AND e.received <= $3 AND e.concluded <= $3
