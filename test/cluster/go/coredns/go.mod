module kiavi.eu/test/cluster/coredns

go 1.26.0

require github.com/coredns/coredns v1.15.0

replace (
	k8s.io/api => k8s.io/api v0.35.4
	k8s.io/apimachinery => k8s.io/apimachinery v0.35.4
	k8s.io/client-go => k8s.io/client-go v0.35.4
)
