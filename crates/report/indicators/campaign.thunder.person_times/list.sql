SELECT r.day || '/' || SUBSTR('0000000000' || CAST(r.record AS TEXT), LENGTH(CAST(r.record AS TEXT)) + 1) || '/' || SUBSTR('0000000000' || CAST(r.line AS TEXT), LENGTH(CAST(r.line AS TEXT)) + 1) AS key,
       a.id, a.action, r.day, COALESCE(u.name, r.unit) AS unit, r.heads
FROM register_campaign_action_roll r
JOIN register_campaign_action a ON a.bureau = r.bureau AND a.id = r.record
JOIN register_campaign c ON c.bureau = a.bureau AND c.id = a.campaign
LEFT JOIN units u ON u.bureau = r.bureau AND u.id = r.unit
WHERE r.bureau = $1 AND c.series = 'thunder' AND r.day >= $2 AND r.day <= $3
